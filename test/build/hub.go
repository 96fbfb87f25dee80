/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package build

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// HubBuilder makes a VaccinationHub.
type HubBuilder struct{ obj v1alpha1.VaccinationHub }

// MakeHub makes a hub that vaccinates at 30 stations, 8 minutes each, every day
// from 08:00 to 24:00.
func MakeHub(name string) *HubBuilder {
	return &HubBuilder{v1alpha1.VaccinationHub{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: Namespace},
		Spec: v1alpha1.VaccinationHubSpec{
			PlatformRef:           v1alpha1.PlatformReference{Name: Platform},
			DisplayName:           "Hub " + name,
			HealthAuthority:       "ASL Roma 3",
			Address:               "Via Portuense 1645, Roma",
			Services:              []v1alpha1.Service{v1alpha1.ServiceVaccination},
			Stations:              30,
			MinutesPerAppointment: 8,
			OpeningHours: []v1alpha1.OpeningHours{{
				Days:   []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
				Opens:  "08:00",
				Closes: "24:00",
			}},
		},
	}}
}

// In puts it into a namespace.
func (b *HubBuilder) In(namespace string) *HubBuilder {
	b.obj.Namespace = namespace
	return b
}

// Of puts it on a platform.
func (b *HubBuilder) Of(platform string) *HubBuilder {
	b.obj.Spec.PlatformRef.Name = platform
	return b
}

// Labelled adds a label.
func (b *HubBuilder) Labelled(key, value string) *HubBuilder {
	if b.obj.Labels == nil {
		b.obj.Labels = map[string]string{}
	}
	b.obj.Labels[key] = value
	return b
}

// Offers these services only.
func (b *HubBuilder) Offers(services ...v1alpha1.Service) *HubBuilder {
	b.obj.Spec.Services = services
	return b
}

// Serves sets the people served in parallel, and the minutes for each.
func (b *HubBuilder) Serves(stations, minutes int32) *HubBuilder {
	b.obj.Spec.Stations, b.obj.Spec.MinutesPerAppointment = stations, minutes
	return b
}

// With changes anything else.
func (b *HubBuilder) With(change func(h *v1alpha1.VaccinationHub)) *HubBuilder {
	change(&b.obj)
	return b
}

// Obj returns a copy of the hub; later sentences do not change it.
func (b *HubBuilder) Obj() *v1alpha1.VaccinationHub { return b.obj.DeepCopy() }
