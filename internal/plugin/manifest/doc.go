/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package manifest reads what people declare from YAML and JSON files, and checks
// it without a cluster as the API server does at `kubectl apply`:
//
//	document ─▶ strict decoding ─▶ prune, default ─▶ schema ─▶ CEL rules ─▶ object
//	            duplicate keys     unknown fields    types,    cross-field
//	                               are errors        bounds    rules
//
// The code for it is the API server's own, and so are the definitions: those of
// config/crd. What only a change could break (a field that never changes) is for
// the API server to say, since a file does not know what there is already.
//
// A status in a file is kept: what `kubectl get -o yaml` prints is planned as the
// cluster plans it. Everything that is wrong is said at once.
package manifest
