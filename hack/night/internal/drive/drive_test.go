/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mezzanotte/mezzanotte/internal/workload"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

var opens = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)

// pod is a channel's, Ready since so long before the opening; never where it is 0.
func pod(name, channel string, readyBefore time.Duration, restarts int32) corev1.Pod {
	p := corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), Labels: map[string]string{workload.LabelChannel: channel}},
		Status:     corev1.PodStatus{PodIP: "198.18.8.1", ContainerStatuses: []corev1.ContainerStatus{{RestartCount: restarts}}},
	}
	if readyBefore != 0 {
		p.Status.Conditions = []corev1.PodCondition{{
			Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(opens.Add(-readyBefore)),
		}}
	}
	return p
}

func TestLaunched(t *testing.T) {
	ending := pod("web-4", "web", time.Hour, 0)
	ending.DeletionTimestamp = &metav1.Time{Time: opens}
	w := &watch{opens: opens, opening: []corev1.Pod{
		pod("web-1", "web", 70*time.Second, 0), pod("web-2", "web", time.Hour, 0), pod("web-3", "web", 0, 0), ending,
		pod("app-1", "app", time.Minute, 0),
	}}
	scenario := night.Scenario{Channels: []night.Channel{{Name: "web", Least: 2}, {Name: "app", Least: 1}}}
	got := w.launched(scenario, map[string]int32{"web": 2, "app": 2})
	if l := got[0]; l.Ready != 2 || l.ProvedBefore == nil || *l.ProvedBefore != 70 {
		t.Errorf("web: %+v, want the second of its Ready pods, 70 s before", l)
	}
	if l := got[1]; l.Ready != 1 || l.ProvedBefore != nil {
		t.Errorf("app: %+v, want one Ready pod of two", l)
	}
}

func TestCompared(t *testing.T) {
	before := []corev1.Pod{pod("web-1", "web", time.Hour, 0), pod("web-2", "web", time.Hour, 1)}
	ending := pod("web-2", "web", time.Hour, 1)
	ending.DeletionTimestamp = &metav1.Time{Time: opens}
	tests := map[string]struct {
		before, now []corev1.Pod
		want        bool
	}{
		"as before":             {before, before, true},
		"and another":           {before, append(before[:2:2], pod("web-3", "web", time.Hour, 0)), true},
		"one is gone":           {before, before[:1], false},
		"one ends":              {before, []corev1.Pod{before[0], ending}, false},
		"one was restarted":     {before, []corev1.Pod{before[0], pod("web-2", "web", time.Hour, 2)}, false},
		"nothing is remembered": {nil, before, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := compared("", test.before, test.now); got.Holds != test.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A pod is asked until it opens, with the cookie where one is needed.
func TestKnock(t *testing.T) {
	opens := time.Now().Add(600 * time.Millisecond)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Cookie") != "agent=1":
			http.Error(w, `{"code":"sign-in-needed"}`, http.StatusUnauthorized)
		case time.Now().Before(opens):
			http.Error(w, `{"code":"not-yet-open"}`, http.StatusForbidden)
		default:
			fmt.Fprint(w, `{}`)
		}
	}))
	t.Cleanup(server.Close)
	doors := knock(t.Context(), opens, "born-1946-1950", []house{{"web", "web-1", server.URL, "agent=1"}})
	d := doors[0]
	if d.Pod != "web-1" || d.Closed == nil || *d.Closed >= 0 || d.Open == nil || *d.Open < 0 || *d.Open > 1 {
		t.Errorf("closed %v, open %v", d.Closed, d.Open)
	}
}

// Only an agent's own cookie lets anybody in.
func TestSignInAt(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-agent-browser", Value: "b"})
		if r.FormValue("name") == agentName(0) && r.FormValue("password") == password {
			http.SetCookie(w, &http.Cookie{Name: "__Host-agent", Value: "s"})
		}
		http.Redirect(w, r, "/it/", http.StatusSeeOther)
	}))
	t.Cleanup(server.Close)
	if cookie, err := signInAt(t.Context(), server.URL, agentName(0)); err != nil || cookie != "__Host-agent=s" {
		t.Errorf("an agent gets %q, %v", cookie, err)
	}
	if cookie, err := signInAt(t.Context(), server.URL, "nobody"); err == nil {
		t.Errorf("somebody else gets %q", cookie)
	}
}

// The forecast of the reference night asks for more than the base of every channel,
// and nothing is cut off by a maximum or by the store's connections.
func TestPeaks(t *testing.T) {
	s := scene{namespace: "night", zone: time.UTC, Scenario: night.Reference()}
	s.Zone = "UTC"
	peaks := s.peaks(opens, opens.Add(-time.Hour))
	for _, c := range s.Channels {
		if peak := peaks[c.Name]; peak <= c.Least || peak >= c.Most {
			t.Errorf("%s: %d pods at the peak, of %d to %d", c.Name, peak, c.Least, c.Most)
		}
	}
	if declared := s.objects(opens, false); len(declared) != 1+len(s.Hubs)+len(s.Channels)+len(s.Bands) {
		t.Errorf("%d objects are declared", len(declared))
	}
}
