/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/workload"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// Pods are asked around the instant whether they are open.
const (
	knockBefore  = 2 * time.Second
	knockAfter   = 8 * time.Second
	knockEvery   = 250 * time.Millisecond
	knockTimeout = 2 * time.Second
	// largestAnswer limits the size of an answer.
	largestAnswer = 1 << 20
)

// house is one booking server, asked directly.
type house struct{ channel, pod, url, cookie string }

// houses returns the pods that were Ready when last seen.
func (w *watch) houses() []house {
	var all []house
	for _, p := range w.seen() {
		if _, ready := isReady(p); ready && p.Status.PodIP != "" {
			all = append(all, house{p.Labels[workload.LabelChannel], p.Name, "http://" + p.Status.PodIP + ":8080", ""})
		}
	}
	return all
}

// knock asks each house from shortly before the instant until it opens. The request
// names a campaign but no person, so it counts against nobody's limits.
func knock(ctx context.Context, opens time.Time, campaign string, houses []house) []night.Door {
	doors := make([]night.Door, len(houses))
	transport := &http.Transport{DisableKeepAlives: true}
	client := &http.Client{Timeout: knockTimeout, Transport: transport}
	defer transport.CloseIdleConnections()
	var all sync.WaitGroup
	for i, h := range houses {
		doors[i] = night.Door{Channel: h.channel, Pod: h.pod}
		all.Go(func() {
			sleep(ctx, time.Until(opens.Add(-knockBefore))+knockEvery*time.Duration(i)/time.Duration(len(houses)))
			knockOn(ctx, client, knocking{h.url, h.cookie, campaign, opens}, &doors[i])
		})
	}
	all.Wait()
	return doors
}

type knocking struct {
	url, cookie, campaign string
	opens                 time.Time
}

func knockOn(ctx context.Context, client *http.Client, k knocking, d *night.Door) {
	for ctx.Err() == nil {
		asked := time.Now()
		if asked.After(k.opens.Add(knockAfter)) {
			return
		}
		switch said := k.ask(ctx, client); said {
		case "open":
			at := time.Since(k.opens).Seconds()
			d.Open = &at
			return
		case "closed":
			at := asked.Sub(k.opens).Seconds()
			d.Closed = &at
		}
		sleep(ctx, time.Until(asked.Add(knockEvery)))
	}
}

// ask returns open or closed, or "" for any other answer or none.
func (k knocking) ask(ctx context.Context, client *http.Client) string {
	body := fmt.Sprintf(`{"resourceType":"Parameters","parameter":[{"name":"campaign","valueCode":%q},{"name":"_count","valueInteger":1}]}`, k.campaign)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, k.url+"/fhir/Appointment/$find", strings.NewReader(body))
	if err != nil {
		return ""
	}
	request.Header.Set("Content-Type", "application/fhir+json")
	if k.cookie != "" {
		request.Header.Set("Cookie", k.cookie)
	}
	answer, err := client.Do(request)
	if err != nil {
		return ""
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer))
	switch {
	case err != nil:
		return ""
	case answer.StatusCode == http.StatusOK:
		return "open"
	case strings.Contains(string(text), `"not-yet-open"`):
		return "closed"
	}
	return ""
}
