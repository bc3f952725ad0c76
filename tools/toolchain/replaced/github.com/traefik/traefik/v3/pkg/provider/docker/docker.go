// Package docker holds the place of the providers for Docker, which the local gateway does not need.
package docker

import (
	"errors"

	ptypes "github.com/traefik/paerser/types"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

var errNotBuiltIn = errors.New("the Docker providers are not built in: this Traefik is for the local cluster alone")

// Provider refuses to start. Its settings are those that are looked at before it would.
type Provider struct {
	HTTPClientTimeout ptypes.Duration
}

// Init refuses.
func (*Provider) Init() error { return errNotBuiltIn }

// Provide refuses.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return errNotBuiltIn }

// SwarmProvider refuses to start.
type SwarmProvider struct {
	Provider

	RefreshSeconds ptypes.Duration
}
