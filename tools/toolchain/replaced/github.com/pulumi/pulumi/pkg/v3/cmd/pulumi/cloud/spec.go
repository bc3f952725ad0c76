package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/gorilla/mux"
)

// The commands below `pulumi cloud` read the API's description with a library that is a fifth of what
// this program costs to build. Here is what the rest of the package names of it; the commands refuse.
var errNotBuiltIn = errors.New("`pulumi cloud` is not built in: this pulumi is for the local cluster alone")

// ParamSpec is a parameter of an operation.
type ParamSpec struct {
	Name, In, Type, Description string
	Required                    bool
	Values                      []string
}

// ResponseSpec is an answer of an operation.
type ResponseSpec struct {
	Status, Description, ContentType, SchemaText, SchemaMarkdown string
	SchemaJSON                                                   json.RawMessage
}

// ErrorRef is an error of an operation.
type ErrorRef struct {
	Status, Description string
}

// Operation is an operation of the API.
type Operation struct {
	OperationID, Method, Path, Summary, Description, Tag string
	BodyContentType, ResponseContentType, BodySchemaText string
	ResponseSchemaText, BodySchemaMarkdown, SupersededBy string
	HasBody, IsPreview, IsDeprecated                     bool
	SuccessContentTypes                                  []string
	BodySchemaJSON, ResponseSchemaJSON                   json.RawMessage
	Params                                               []ParamSpec
	InlineResponses                                      []ResponseSpec
	StockErrors                                          []ErrorRef
}

// Index is the API's operations.
type Index struct {
	Operations  []*Operation
	ByKey       map[string]*Operation
	SpecVersion string
	router      *mux.Router
}

var methodPrecedence = map[string]int{}

// LoadIndex refuses.
func LoadIndex(context.Context, *ResolvedContext, io.Writer, bool) (*Index, error) {
	return nil, errNotBuiltIn
}

// Key names an operation.
func (o *Operation) Key() string { return o.Method + " " + o.Path }

func (*Operation) ensureSchemas() {}
