// One program, two names: metrics-server, and custom-metrics with the two other groups of metrics.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	genericapiserver "k8s.io/apiserver/pkg/server"
)

func main() {
	ctx := genericapiserver.SetupSignalContext()
	name := filepath.Base(os.Args[0])
	err := fmt.Errorf("unknown command %q", name)
	switch name {
	case "metrics-server":
		err = serveResources(ctx, os.Args[1:])
	case "custom-metrics":
		err = serveCustom(ctx, os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
