/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package v1alpha1 holds the kinds that people write: the platform of a health authority,
// its vaccination hubs, the campaigns that open to one age band each, and the
// channels through which people book.
//
// Every default is in the schema; every computed value is in the status. The schema's
// rules refuse errors at apply time wherever they can.
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +groupName=booking.mezzanotte.dev
package v1alpha1
