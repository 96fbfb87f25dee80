/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the API group and version of this package.
var GroupVersion = schema.GroupVersion{Group: "booking.mezzanotte.dev", Version: "v1alpha1"}

// SchemeGroupVersion is GroupVersion under the name that generated code expects.
var SchemeGroupVersion = GroupVersion

// AddToScheme registers every kind of this package.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&BookingPlatform{}, &BookingPlatformList{},
		&VaccinationHub{}, &VaccinationHubList{},
		&Campaign{}, &CampaignList{},
		&BookingChannel{}, &BookingChannelList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
