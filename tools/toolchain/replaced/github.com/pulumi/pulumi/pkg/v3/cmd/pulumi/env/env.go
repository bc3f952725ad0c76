package env

import (
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/auth/credentialhelper"
	"github.com/spf13/cobra"
)

// NewEnvCmd returns a command that refuses.
func NewEnvCmd(*credentialhelper.Session) *cobra.Command {
	return &cobra.Command{
		Use:     "env",
		Aliases: []string{"esc"},
		Short:   "Manage environments (not built in)",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("ESC is not built in: this engine is for the local cluster alone")
		},
	}
}
