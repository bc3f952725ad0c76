// Package glamour shows Markdown as it is. The real one comes with the lexers of 200 languages, for the help
// of the engine's commands alone.
package glamour

import "github.com/charmbracelet/glamour/ansi"

// TermRenderer renders nothing.
type TermRenderer struct{}

// TermRendererOption has no effect.
type TermRendererOption func()

// NewTermRenderer returns one.
func NewTermRenderer(...TermRendererOption) (*TermRenderer, error) { return &TermRenderer{}, nil }

// Render returns the text as it is.
func (*TermRenderer) Render(text string) (string, error) { return text, nil }

// WithAutoStyle has no effect.
func WithAutoStyle() TermRendererOption { return nil }

// WithStandardStyle has no effect.
func WithStandardStyle(string) TermRendererOption { return nil }

// WithStyles has no effect.
func WithStyles(ansi.StyleConfig) TermRendererOption { return nil }

// WithWordWrap has no effect.
func WithWordWrap(int) TermRendererOption { return nil }
