// Package redis holds the place of the provider for Redis, which the local gateway does not need.
package redis

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

var errNotBuiltIn = errors.New("the Redis provider is not built in: this Traefik is for the local cluster alone")

// Provider refuses to start.
type Provider struct{}

// Init refuses.
func (*Provider) Init() error { return errNotBuiltIn }

// Provide refuses.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return errNotBuiltIn }
