// Package cli holds the place of the client for Pulumi ESC. It comes with the SDKs of three clouds, and the
// environments of ESC need Pulumi Cloud, which the local engine does not use.
package cli

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/esc"
)

// PrepareOptions has no effect.
type PrepareOptions struct {
	Quote, Pretend, Redact bool
}

// PrepareEnvironment refuses.
func PrepareEnvironment(
	*esc.Environment, *PrepareOptions,
) (files, environ, secrets []string, filesByKey map[string]string, err error) {
	return nil, nil, nil, nil, errors.New("ESC is not built in: this engine is for the local cluster alone")
}
