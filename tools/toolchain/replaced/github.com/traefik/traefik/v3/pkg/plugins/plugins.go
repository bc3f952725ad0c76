// Package plugins holds the place of Traefik's plugins, which the local gateway does not need:
// the interpreter and the WebAssembly runtime that run them are most of what they cost to build.
package plugins

import (
	"context"
	"errors"
	"net/http"

	"github.com/traefik/traefik/v3/pkg/provider"
)

var errNotBuiltIn = errors.New("plugins are not built in: this Traefik is for the local cluster alone")

// Constructor makes the handler of a plugin.
type Constructor func(context.Context, http.Handler) (http.Handler, error)

// Descriptor is a plugin of the static configuration.
type Descriptor struct{}

// LocalDescriptor is a local plugin of the static configuration.
type LocalDescriptor struct{}

// Downloader downloads nothing.
type Downloader struct{}

// RegistryDownloaderOptions are those that Traefik sets.
type RegistryDownloaderOptions struct {
	HTTPClient   *http.Client
	ArchivesPath string
}

// Manager manages nothing.
type Manager struct{}

// ManagerOptions are those that Traefik sets.
type ManagerOptions struct {
	Output string
}

// Builder builds nothing.
type Builder struct{}

// NewRegistryDownloader refuses.
func NewRegistryDownloader(RegistryDownloaderOptions) (*Downloader, error) {
	return nil, errNotBuiltIn
}

// NewManager refuses.
func NewManager(*Downloader, ManagerOptions) (*Manager, error) { return nil, errNotBuiltIn }

// SetupRemotePlugins refuses.
func SetupRemotePlugins(*Manager, map[string]Descriptor) error { return errNotBuiltIn }

// SetupLocalPlugins refuses.
func SetupLocalPlugins(map[string]LocalDescriptor) error { return errNotBuiltIn }

// NewBuilder returns the builder that Traefik asks for whether or not there are plugins.
func NewBuilder(*Manager, map[string]Descriptor, map[string]LocalDescriptor) (*Builder, error) {
	return &Builder{}, nil
}

// Build refuses.
func (Builder) Build(string, map[string]any, string) (Constructor, error) {
	return nil, errNotBuiltIn
}

// BuildProvider refuses.
func (Builder) BuildProvider(string, map[string]any) (provider.Provider, error) {
	return nil, errNotBuiltIn
}
