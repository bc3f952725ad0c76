package provider

import (
	"context"
	"errors"

	pulumischema "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// parameterizedPackageMap is empty: to make types from CustomResourceDefinitions needs the API server's
// builder of OpenAPI, an eighth of what the provider costs to build.
type parameterizedPackageMap struct{}

func (*parameterizedPackageMap) get(string, string) *pulumischema.PackageSpec { return nil }

// Parameterize refuses.
func (*kubeProvider) Parameterize(
	context.Context, *pulumirpc.ParameterizeRequest,
) (*pulumirpc.ParameterizeResponse, error) {
	return nil, errors.New("types for CustomResourceDefinitions are not built in: this provider is for the local cluster alone")
}
