// Package version tells the version of the local gateway, and asks no one for a newer one.
package version

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gorilla/mux"
)

var (
	// Version is set by the linker.
	Version = "dev"
	// Codename is the release's.
	Codename = "local"
	// BuildDate is not kept: the same files make the same program.
	BuildDate = "unknown"
	// StartDate is when the process has started.
	StartDate = time.Now()
	// DisableDashboardAd is read by the dashboard.
	DisableDashboardAd = false
)

// Handler serves the version.
type Handler struct{}

// Append adds the route of the version.
func (Handler) Append(router *mux.Router) {
	router.Methods(http.MethodGet).Path("/api/version").HandlerFunc(serve)
}

func serve(response http.ResponseWriter, _ *http.Request) {
	response.Header().Set("Content-Type", "application/json")
	told := map[string]any{"Version": Version, "Codename": Codename, "startDate": StartDate}
	_ = json.NewEncoder(response).Encode(told)
}

// CheckNewVersion asks no one.
func CheckNewVersion() {}
