package main

import (
	"context"

	"github.com/spf13/pflag"
	"k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/metrics/pkg/apis/metrics/v1beta1"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/generated/openapi/core"
	"sigs.k8s.io/metrics-server/cmd/metrics-server/app/options"
	"sigs.k8s.io/metrics-server/pkg/api"
)

// serveResources is what metrics-server's own command does, but for the description of the API: that of
// this version has names that the API server's library of the toolchain looks up in vain.
func serveResources(ctx context.Context, arguments []string) error {
	wanted := options.NewOptions()
	flags := pflag.NewFlagSet("metrics-server", pflag.ContinueOnError)
	for _, set := range wanted.Flags().FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if errors := wanted.Validate(); len(errors) > 0 {
		return errors[0]
	}
	config, err := wanted.ServerConfig()
	if err != nil {
		return err
	}
	namer := openapi.NewDefinitionNamer(api.Scheme)
	config.Apiserver.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(described, namer)
	config.Apiserver.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(described, namer)
	server, err := config.Complete()
	if err != nil {
		return err
	}
	return server.RunUntil(ctx.Done())
}

// described says of the kinds of metrics.k8s.io no more than that they are objects.
func described(ref common.ReferenceCallback) map[string]common.OpenAPIDefinition {
	definitions := core.GetOpenAPIDefinitions(ref)
	object := common.OpenAPIDefinition{Schema: spec.Schema{SchemaProps: spec.SchemaProps{Type: []string{"object"}}}}
	for _, name := range []string{
		v1beta1.NodeMetrics{}.OpenAPIModelName(),
		v1beta1.NodeMetricsList{}.OpenAPIModelName(),
		v1beta1.PodMetrics{}.OpenAPIModelName(),
		v1beta1.PodMetricsList{}.OpenAPIModelName(),
	} {
		definitions[name] = object
	}
	return definitions
}
