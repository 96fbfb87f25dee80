/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package metrics reports in numbers what is declared, planned and observed.
//
// A Collector has no state: each scrape reads the objects in the manager's
// cache and says what their specs and statuses say at that moment. So nothing
// is counted twice, and nothing is left over when an object goes.
//
// Every metric is one entry of a table: its name, its unit, its help, and the
// function that reads it. docs/metrics.md is written from the same tables.
// Labels hold names of declared objects and values of enums, never reasons or
// messages; instants are Unix time, since a countdown would need a clock.
package metrics
