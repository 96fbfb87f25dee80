/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"crypto/rand"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/plan"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

const (
	platformName = "lazio"
	image        = "mezzanotte/booking:v0.1.0"
	databaseKey  = "uri"
	// connections of one pod to the store.
	connections = 3
)

// names of Secrets.
const (
	databaseSecret = "lazio-database"
	keysSecret     = "lazio-identifier-keys"
)

// scene declares one night.
type scene struct {
	namespace string
	zone      *time.Location
	night.Scenario
}

// secrets returns the Secrets that pods mount.
func (s scene) secrets(uri, key, agents string) []client.Object {
	named := func(name string, data map[string]string) *corev1.Secret {
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name}, StringData: data}
	}
	return []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: s.namespace, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
		}},
		named(databaseSecret, map[string]string{databaseKey: uri}),
		named(keysSecret, map[string]string{keyName: key}),
		named(agentsSecret, map[string]string{agentsKey: agents}),
	}
}

// keyName is the name of the only identifier key.
const keyName = "night"

func newKey() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	return keyring.Generate(random)
}

func (s scene) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: s.namespace, Name: name}
}

func (s scene) platform() *v1alpha1.BookingPlatform {
	release := int32(48)
	return &v1alpha1.BookingPlatform{
		ObjectMeta: s.meta(platformName),
		Spec: v1alpha1.BookingPlatformSpec{
			TimeZone: v1alpha1.TimeZone(s.Zone), Image: image,
			Database: v1alpha1.DatabaseSpec{
				SecretRef: v1alpha1.KeyReference{Name: databaseSecret, Key: databaseKey}, MaxConnections: 190,
			},
			IdentifierKeys:   v1alpha1.SecretSource{SecretRef: v1alpha1.SecretReference{Name: keysSecret}},
			CallCentrePlaces: v1alpha1.CallCentrePlaces{Percent: 10, ReleaseBeforeHours: &release},
			Launch: v1alpha1.LaunchSpec{
				ReadyBeforeMinutes: int32(s.Launch.ReadyBefore / time.Minute),
				KeepPeakMinutes:    int32(s.Launch.KeepPeak / time.Minute),
				PodStartsPerMinute: s.Launch.Starts,
			},
		},
	}
}

func (s scene) hubs() []client.Object {
	var all []client.Object
	for _, h := range s.Hubs {
		all = append(all, &v1alpha1.VaccinationHub{
			ObjectMeta: s.meta(h.Name),
			Spec: v1alpha1.VaccinationHubSpec{
				PlatformRef: v1alpha1.PlatformReference{Name: platformName},
				DisplayName: h.Display, HealthAuthority: "ASL Roma 3", Address: "Via Portuense 1645, Roma",
				Services: []v1alpha1.Service{v1alpha1.ServiceVaccination},
				Stations: h.Stations, MinutesPerAppointment: h.Minutes,
				OpeningHours: []v1alpha1.OpeningHours{{
					Days:  []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
					Opens: "08:00", Closes: "20:00",
				}},
			},
		})
	}
	return all
}

func (s scene) channel(c night.Channel) *v1alpha1.BookingChannel {
	spec := v1alpha1.BookingChannelSpec{
		PlatformRef: v1alpha1.PlatformReference{Name: platformName},
		Type:        v1alpha1.ChannelType(c.Kind), Replicas: 1,
		Capacity: v1alpha1.Capacity{DatabaseConnections: connections},
		Scaling: v1alpha1.Scaling{
			Autoscaler: v1alpha1.AutoscalerManaged, MinReplicas: c.Least, MaxReplicas: c.Most, TargetUtilizationPercent: s.Launch.Target,
		},
		Workload: &v1alpha1.Workload{Resources: small(c.CPU)},
	}
	if c.Kind == night.CallCentre {
		spec.Capacity.Agents = c.PerPod
		spec.CallCentre = v1alpha1.CallCentreSpec{
			Agents: c.Agents, Lines: 2 * c.Agents, AverageHandleTimeSeconds: int32(s.Crowd.Handling / time.Second), PatienceSeconds: 120,
			ServiceLevel: v1alpha1.ServiceLevel{Percent: 80, WithinSeconds: 20},
			SignIn:       v1alpha1.SecretSource{SecretRef: v1alpha1.SecretReference{Name: agentsSecret}},
		}
	} else {
		spec.Capacity.RequestsPerSecond = c.Requests
		spec.Session = v1alpha1.Session{Minutes: 1, Requests: s.Crowd.Requests}
	}
	return &v1alpha1.BookingChannel{ObjectMeta: s.meta(c.Name), Spec: spec}
}

// small returns a share of a core as request and limit.
func small(millis int64) *v1alpha1.ResourceRequirements {
	cpu, memory, most := *resource.NewMilliQuantity(millis, resource.DecimalSI), resource.MustParse("64Mi"), resource.MustParse("256Mi")
	return &v1alpha1.ResourceRequirements{
		Requests: &v1alpha1.ResourceList{CPU: &cpu, Memory: &memory},
		Limits:   &v1alpha1.ResourceList{CPU: &cpu, Memory: &most},
	}
}

// campaign returns a band's campaign; only a prescaled night has a forecast.
func (s scene) campaign(b night.Band, opens time.Time, forecast bool) *v1alpha1.Campaign {
	c := &v1alpha1.Campaign{
		ObjectMeta: s.meta(b.Name),
		Spec: v1alpha1.CampaignSpec{
			PlatformRef: v1alpha1.PlatformReference{Name: platformName}, Service: v1alpha1.ServiceVaccination,
			AgeBand: v1alpha1.AgeBand{BornFrom: v1alpha1.Date(b.From), BornTo: v1alpha1.Date(b.To)},
			Opening: s.civil(opens),
			Doses:   v1alpha1.Doses{Count: 2, MinIntervalDays: 21, MaxIntervalDays: 42},
		},
	}
	if !forecast {
		return c
	}
	c.Spec.Forecast = v1alpha1.Forecast{
		EligiblePeople: b.People, UptakePercent: s.Curve.Uptake, FirstHourPercent: s.Curve.FirstHour, FirstMinutePercent: s.Curve.FirstMinute,
	}
	for _, channel := range s.Channels {
		c.Spec.Forecast.ChannelShares = append(c.Spec.Forecast.ChannelShares, v1alpha1.ChannelShare{Channel: channel.Name, Percent: channel.Share})
	}
	return c
}

// civil returns an instant, a whole minute, as the platform's civil time.
func (s scene) civil(at time.Time) v1alpha1.CivilTime {
	local := at.In(s.zone)
	return v1alpha1.CivilTime{Date: v1alpha1.Date(local.Format(time.DateOnly)), Time: local.Format("15:04")}
}

// objects returns everything that is declared, the platform first.
func (s scene) objects(opens time.Time, forecast bool) []client.Object {
	all := append([]client.Object{s.platform()}, s.hubs()...)
	for _, c := range s.Channels {
		all = append(all, s.channel(c))
	}
	for _, b := range s.Bands {
		all = append(all, s.campaign(b, opens, forecast))
	}
	return all
}

// peaks asks the planner for each channel's peak by the forecast, also if no forecast
// is declared.
func (s scene) peaks(opens, now time.Time) map[string]int32 {
	set := declared.Set{Platform: s.platform()}
	for _, c := range s.Channels {
		set.Channels = append(set.Channels, *s.channel(c))
	}
	for _, b := range s.Bands {
		set.Campaigns = append(set.Campaigns, *s.campaign(b, opens, true))
	}
	peaks := map[string]int32{}
	for channel, launches := range plan.Launches(set.Input(now)) {
		for _, launch := range launches {
			peaks[channel] = max(peaks[channel], int32(launch.Peak))
		}
	}
	return peaks
}
