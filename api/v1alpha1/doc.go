/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package v1alpha1 is what people write: the platform of a health authority,
// its vaccination hubs, the campaigns that open to one age band each, and the
// channels through which people book.
//
// Every default stands in the schema; every computed value stands in status.
// What a rule in the schema can refuse is refused at apply time.
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +groupName=booking.mezzanotte.dev
package v1alpha1
