/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package report turns plans into one value from which tables, charts, pictures and JSON
// are made, so that all of them agree.
package report
