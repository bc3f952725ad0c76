package ratelimiter

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"
	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"golang.org/x/time/rate"
)

// newRedisLimiter refuses: the client for Redis is the largest package of Traefik, and the local gateway has
// no Redis.
func newRedisLimiter(
	context.Context, rate.Limit, int64, time.Duration, int, dynamic.RateLimit, *zerolog.Logger,
) (limiter, error) {
	return nil, errors.New("Redis is not built in: this Traefik is for the local cluster alone")
}
