/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package night tests the whole system on a real control plane: whole nights
// with an opening minutes away, with the operator or the API server dead across
// it, with others who write to our objects, and at rest.
//
// Each test has a cluster of its own, about half a gigabyte; all run at once,
// and tell what they do in plain words. They carry the build tag night:
//
//	make test-night        or: go test -tags night ./test/night -v -run Rivals
package night
