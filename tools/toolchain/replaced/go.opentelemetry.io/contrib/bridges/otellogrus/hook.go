// Package otellogrus holds the place of a bridge that is served for no OpenTelemetry as new as the engine's.
// The local gateway sends its access log nowhere.
package otellogrus

import (
	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/otel/log"
)

// Hook does nothing.
type Hook struct{}

// Option changes nothing.
type Option struct{}

// NewHook returns a hook that does nothing.
func NewHook(string, ...Option) *Hook { return &Hook{} }

// WithLoggerProvider changes nothing.
func WithLoggerProvider(log.LoggerProvider) Option { return Option{} }

// Levels is empty.
func (*Hook) Levels() []logrus.Level { return nil }

// Fire is never called.
func (*Hook) Fire(*logrus.Entry) error { return nil }
