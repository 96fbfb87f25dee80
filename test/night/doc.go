/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package night tests the whole system on a real control plane: whole nights with an
// opening minutes away, without the operator or the API server during the opening, with
// rivals that write to our objects, and at rest.
//
// Each test has a cluster of its own, which takes about half a gigabyte. All run at once
// and print what they do. They have the build tag night:
//
//	make test-night        or: go test -tags night ./test/night -v -run Rivals
package night
