package provider

import (
	"context"
	"fmt"

	providerresource "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// resourceProviders is empty: the components Chart, ConfigFile, ConfigGroup and Directory need the typed
// SDK, a quarter of what the provider costs to build. Custom resources and Release are as released.
var resourceProviders = map[string]providerresource.ResourceProviderFactory{}

// Construct refuses every component.
func (*kubeProvider) Construct(
	_ context.Context, request *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	return nil, fmt.Errorf("the component %s is not built in: this provider is for the local cluster alone",
		request.GetType())
}
