/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/declared"
)

// Objects are declared objects, of any platform and namespace.
type Objects struct {
	Platforms []v1alpha1.BookingPlatform
	Hubs      []v1alpha1.VaccinationHub
	Campaigns []v1alpha1.Campaign
	Channels  []v1alpha1.BookingChannel
}

// Sets groups the objects by platform, in the order of namespace and name.
func (o Objects) Sets() []declared.Set {
	var sets []declared.Set
	for i := range o.Platforms {
		sets = append(sets, declared.Set{Platform: &o.Platforms[i]})
	}
	slices.SortFunc(sets, func(a, b declared.Set) int {
		return cmp.Or(cmp.Compare(a.Platform.Namespace, b.Platform.Namespace), cmp.Compare(a.Platform.Name, b.Platform.Name))
	})
	at := map[types.NamespacedName]*declared.Set{}
	for i := range sets {
		at[keyOf(sets[i].Platform)] = &sets[i]
	}
	for i := range o.Hubs {
		if set, ok := at[platformOf(&o.Hubs[i])]; ok {
			set.Hubs = append(set.Hubs, o.Hubs[i])
		}
	}
	for i := range o.Campaigns {
		if set, ok := at[platformOf(&o.Campaigns[i])]; ok {
			set.Campaigns = append(set.Campaigns, o.Campaigns[i])
		}
	}
	for i := range o.Channels {
		if set, ok := at[platformOf(&o.Channels[i])]; ok {
			set.Channels = append(set.Channels, o.Channels[i])
		}
	}
	return sets
}

// Stray lists the objects whose platform is missing, with the reason.
func (o Objects) Stray() []string {
	var members []metav1.Object
	for i := range o.Campaigns {
		members = append(members, &o.Campaigns[i])
	}
	for i := range o.Channels {
		members = append(members, &o.Channels[i])
	}
	for i := range o.Hubs {
		members = append(members, &o.Hubs[i])
	}
	var stray []string
	for _, member := range members {
		if _, why := o.platform(member); why != "" {
			stray = append(stray, fmt.Sprintf("%s %s: %s", kindOf(member), member.GetName(), why))
		}
	}
	return stray
}

// platform returns the platform of an object, or the reason why there is none.
func (o Objects) platform(object metav1.Object) (platform *v1alpha1.BookingPlatform, why string) {
	key := platformOf(object)
	for i := range o.Platforms {
		if platform := &o.Platforms[i]; keyOf(platform) == key {
			return platform, ""
		}
	}
	return nil, fmt.Sprintf("spec.platformRef.name: there is no BookingPlatform %s in namespace %s: add it, or correct the name",
		key.Name, key.Namespace)
}

// wrong returns the errors that an object's definition cannot find.
func (o Objects) wrong(object metav1.Object) []string {
	platform, why := o.platform(object)
	if platform == nil {
		return []string{why}
	}
	campaign, ok := object.(*v1alpha1.Campaign)
	if !ok {
		return nil
	}
	var wrong []string
	if _, err := declared.Resolve(campaign, platform); err != nil {
		wrong = append(wrong, err.Error())
	}
	if _, err := (declared.Set{}).HubsFor(campaign); err != nil {
		wrong = append(wrong, fmt.Sprintf("spec.hubSelector: %v", err))
	}
	return wrong
}

func (o *Objects) add(object metav1.Object) {
	switch object := object.(type) {
	case *v1alpha1.BookingPlatform:
		o.Platforms = append(o.Platforms, *object)
	case *v1alpha1.VaccinationHub:
		o.Hubs = append(o.Hubs, *object)
	case *v1alpha1.Campaign:
		o.Campaigns = append(o.Campaigns, *object)
	case *v1alpha1.BookingChannel:
		o.Channels = append(o.Channels, *object)
	}
}

func keyOf(object metav1.Object) types.NamespacedName {
	return types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetName()}
}

// platformOf returns where the platform of an object is.
func platformOf(object metav1.Object) types.NamespacedName {
	return types.NamespacedName{Namespace: object.GetNamespace(), Name: declared.PlatformOf(object)}
}

// kindOf returns the kind of an object, even if its list did not name it.
func kindOf(object metav1.Object) string {
	switch object.(type) {
	case *v1alpha1.BookingPlatform:
		return "BookingPlatform"
	case *v1alpha1.VaccinationHub:
		return "VaccinationHub"
	case *v1alpha1.BookingChannel:
		return "BookingChannel"
	}
	return "Campaign"
}
