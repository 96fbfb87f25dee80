/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/mezzanotte/mezzanotte/internal/booking/signin"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// The agents at the desk sign in once, before the opening. The door to the desk sends
// their cookies with each request.
const (
	agentsSecret = "lazio-agents"
	agentsKey    = "agents"
	agentsCount  = 2
	// signInBefore is the latest time before the opening at which they sign in.
	signInBefore = 30 * time.Second
	password     = "for nights on this machine only"
)

func agentName(i int) string { return fmt.Sprintf("agent-%d", i+1) }

// agentsFile returns the contents of the agents' file, with a line for each.
func agentsFile() (string, error) {
	var lines strings.Builder
	for i := range agentsCount {
		line, err := signin.NewLine(agentName(i), password)
		if err != nil {
			return "", fmt.Errorf("make the agents: %w", err)
		}
		lines.WriteString(line + "\n")
	}
	return lines.String(), nil
}

// writeAgents writes their files into a directory, for servers that run as processes.
func (n *nightly) writeAgents() (string, error) {
	text, err := agentsFile()
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(n.path("agents"), 0o700); err != nil {
		return "", err
	}
	return text, os.WriteFile(n.path("agents/"+agentsKey), []byte(text), 0o600)
}

// signIn lets the agents sign in at the desk, as soon as it answers.
func (n *nightly) signIn(ctx context.Context) error {
	desk, ok := n.Desk()
	if !ok {
		return nil
	}
	within := max(time.Minute, time.Until(n.announced.Add(-signInBefore)))
	for i := range agentsCount {
		var cookie string
		err := until(ctx, within, "agents sign in", func(ctx context.Context) (err error) {
			cookie, err = signInAt(ctx, n.answers[desk.Name], agentName(i))
			return err
		})
		if err != nil {
			return err
		}
		n.cookies = append(n.cookies, cookie)
	}
	n.Say("  %d agents have signed in at the desk", len(n.cookies))
	return nil
}

// signInAt signs an agent in and returns the cookie.
func signInAt(ctx context.Context, address, name string) (string, error) {
	form := url.Values{"name": {name}, "password": {password}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/it/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := http.Client{
		Timeout:       10 * time.Second, // a hash, on a small share of a core
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	for _, c := range answer.Cookies() {
		if strings.TrimPrefix(c.Name, "__Host-") == "agent" && c.Value != "" {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("the desk answers %s and lets nobody in", answer.Status)
}

// cookiesOf returns the cookies to send to a channel.
func (n *nightly) cookiesOf(channel string) []string {
	for _, c := range n.Channels {
		if c.Name == channel && c.Kind == night.CallCentre {
			return n.cookies
		}
	}
	return nil
}
