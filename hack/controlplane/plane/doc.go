// Package plane runs the servers of one control plane together. It knows them only as programs of
// this same binary, so that it needs the standard library alone and is checked in seconds.
package plane
