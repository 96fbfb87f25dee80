/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package manifest reads declared objects from YAML and JSON files, and checks them without
// a cluster as the API server does on `kubectl apply`:
//
//	document ─▶ strict decoding ─▶ prune, default ─▶ schema ─▶ CEL rules ─▶ object
//	            duplicate keys     unknown fields    types,    cross-field
//	                               are errors        bounds    rules
//
// It uses the API server's own code and the definitions of config/crd. A file does not know
// the current objects, so only the API server can check rules on changes (an immutable
// field).
//
// A status in a file is kept: the output of `kubectl get -o yaml` is planned as the cluster
// plans it. One run reports all errors.
package manifest
