/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package declared

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/booking/hours"
	"github.com/mezzanotte/mezzanotte/internal/catalog"
	"github.com/mezzanotte/mezzanotte/internal/schedule"
)

// heldReason is shown to people while an opening is held.
const heldReason = "The opening of this campaign is being announced anew."

// LeftOut names a hub, a campaign or the platform that the catalog does not hold as
// declared, and why.
type LeftOut struct{ Kind, Name, Why string }

// Catalog returns the catalog of the set, without a revision. It leaves out a campaign
// without an opening in force; one whose opening is held is listed as paused.
func (s Set) Catalog() (catalog.Catalog, []LeftOut) {
	out := catalog.Catalog{
		Platform:         s.Platform.Name,
		TimeZone:         string(s.Platform.Spec.TimeZone),
		CallCentrePlaces: callCentrePlaces(s.Platform.Spec.CallCentrePlaces),
	}
	for i := range s.Hubs {
		out.Hubs = append(out.Hubs, catalogHub(&s.Hubs[i]))
	}
	var left []LeftOut
	for i := range s.Campaigns {
		c := &s.Campaigns[i]
		resolved, err := InForce(c, s.Platform)
		if err != nil {
			left = append(left, LeftOut{Kind: "Campaign", Name: c.Name, Why: err.Error()})
			continue
		}
		out.Campaigns = append(out.Campaigns, catalogCampaign(c, resolved))
	}
	return out, left
}

// LeavesOut returns why the catalog leaves a campaign out though its opening is in
// force, or nil: no reader would accept it.
func (s Set) LeavesOut(c *v1alpha1.Campaign) error {
	resolved, err := InForce(c, s.Platform)
	if err != nil {
		return err
	}
	_, err = catalog.Catalog{
		Platform:  s.Platform.Name,
		TimeZone:  string(s.Platform.Spec.TimeZone),
		Campaigns: []catalog.Campaign{catalogCampaign(c, resolved)},
	}.Encode()
	return err
}

func callCentrePlaces(spec v1alpha1.CallCentrePlaces) *catalog.CallCentrePlaces {
	if spec == (v1alpha1.CallCentrePlaces{}) {
		return nil
	}
	return &catalog.CallCentrePlaces{
		Percent:            int(spec.Percent),
		ReleaseBeforeHours: int(ptr.Deref(spec.ReleaseBeforeHours, 0)),
	}
}

func catalogHub(h *v1alpha1.VaccinationHub) catalog.Hub {
	spec := h.Spec
	out := catalog.Hub{
		Name:                  h.Name,
		DisplayName:           spec.DisplayName,
		HealthAuthority:       spec.HealthAuthority,
		Address:               spec.Address,
		Services:              words(spec.Services),
		Stations:              int(spec.Stations),
		MinutesPerAppointment: int(spec.MinutesPerAppointment),
		ClosedOn:              words(spec.ClosedOn),
		Labels:                h.Labels,
	}
	if at := spec.Coordinates; at != (v1alpha1.Coordinates{}) {
		out.Coordinates = &catalog.Coordinates{Latitude: at.Latitude, Longitude: at.Longitude}
	}
	for _, hours := range spec.OpeningHours {
		out.OpeningHours = append(out.OpeningHours, catalog.Hours{Days: words(hours.Days), Opens: hours.Opens, Closes: hours.Closes})
	}
	return out
}

func catalogCampaign(c *v1alpha1.Campaign, resolved Resolved) catalog.Campaign {
	out := catalog.Campaign{
		Name:         c.Name,
		Service:      string(c.Spec.Service),
		OpensAt:      resolved.OpensAt,
		OpensAtLocal: resolved.Words,
		Doses:        catalog.Doses{Count: 1},
		HubSelector:  catalogSelector(c.Spec.HubSelector),
		Paused:       c.Spec.Pause.Reason,
	}
	if resolved.Held && out.Paused == "" {
		out.Paused = heldReason
	}
	if !resolved.ClosesAt.IsZero() {
		out.ClosesAt = &resolved.ClosesAt
	}
	if band := c.Spec.AgeBand; band != (v1alpha1.AgeBand{}) {
		out.AgeBand = &catalog.AgeBand{BornFrom: string(band.BornFrom), BornTo: string(band.BornTo)}
	}
	if doses := c.Spec.Doses; doses.Count > 0 {
		out.Doses = catalog.Doses{
			Count:           int(doses.Count),
			MinIntervalDays: int(doses.MinIntervalDays),
			MaxIntervalDays: int(doses.MaxIntervalDays),
		}
	}
	return out
}

func catalogSelector(selector *metav1.LabelSelector) catalog.Selector {
	if selector == nil {
		return catalog.Selector{}
	}
	out := catalog.Selector{MatchLabels: selector.MatchLabels}
	for _, e := range selector.MatchExpressions {
		out.MatchExpressions = append(out.MatchExpressions, catalog.Requirement{Key: e.Key, Operator: catalog.Operator(e.Operator), Values: e.Values})
	}
	return out
}

// Hours returns a hub's hours, from which appointments are counted, as booking pods
// read them.
func Hours(h *v1alpha1.VaccinationHub) (schedule.Hub, error) { return hours.ForHub(catalogHub(h)) }

func words[S ~string](in []S) []string {
	out := make([]string, 0, len(in))
	for _, word := range in {
		out = append(out, string(word))
	}
	return out
}
