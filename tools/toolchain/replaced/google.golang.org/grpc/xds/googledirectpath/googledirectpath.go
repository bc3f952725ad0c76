// Package googledirectpath registers nothing: a state backend in gs:// is reached over HTTP, and the xDS
// client that the direct path needs is 130 packages.
package googledirectpath
