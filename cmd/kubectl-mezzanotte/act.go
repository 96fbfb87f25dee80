/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/plugin/change"
)

// lookEvery is the pause between two checks of the catalog.
const lookEvery = 500 * time.Millisecond

// publishedWithin is how soon a running operator publishes a change.
const publishedWithin = 30 * time.Second

// act runs one verb.
type act struct {
	*session
	change.Request
	campaign string
	// yes skips the confirmation.
	yes bool
	// wait limits the wait for the change to be in force; 0 does not wait.
	wait time.Duration
	// pods returns the revision in force on each booking pod, 0 for no answer.
	pods func(context.Context, client.Reader) ([]int64, error)
	// asks reports that there is a terminal to ask.
	asks func(io.Reader) bool
}

// newAct returns an act of a verb, and its command.
func newAct(s *session, verb change.Verb) (*act, *cobra.Command) {
	a := &act{session: s, Request: change.Request{Verb: verb}, asks: isTerminal}
	c := &cobra.Command{
		Use:  string(verb) + " CAMPAIGN",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			a.campaign = args[0]
			return a.run(c.Context())
		},
	}
	c.Flags().BoolVar(&a.yes, "yes", false, "do not ask for confirmation; for scripts")
	c.Flags().DurationVar(&a.wait, "wait", 2*time.Minute, "how long to wait for booking pods to apply it; 0 does not wait")
	return a, c
}

func isTerminal(in io.Reader) bool {
	file, ok := in.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func (a *act) run(ctx context.Context) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	wanted, err := a.look(ctx, c)
	if err != nil {
		return err
	}
	if a.pods == nil {
		platform := client.ObjectKeyFromObject(wanted.Set.Platform)
		a.pods = func(ctx context.Context, c client.Reader) ([]int64, error) { return a.revisions(ctx, c, platform) }
	}
	for _, line := range wanted.Effect() {
		fmt.Fprintln(a.Out, printable(line))
	}
	fmt.Fprintln(a.Out)
	if err := a.confirm(ctx); err != nil {
		return err
	}
	who, at := a.who(ctx, c), a.Clock.Now()
	done, err := wanted.Write(ctx, c, who, at)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "written: %s\n", printable(done.Record(who)))
	if err := done.Announce(ctx, c, who); err != nil {
		fmt.Fprintf(a.ErrOut, "warning: %v; the annotation %s says the same\n", err, v1alpha1.AnnotationChange)
	}
	return a.follow(ctx, c, done)
}

// look reads the campaign and its platform, and checks the verb on them.
func (a *act) look(ctx context.Context, c client.Client) (change.Change, error) {
	namespace, err := a.namespace()
	if err != nil {
		return change.Change{}, err
	}
	var campaign v1alpha1.Campaign
	switch err := c.Get(ctx, types.NamespacedName{Namespace: namespace, Name: a.campaign}, &campaign); {
	case apierrors.IsNotFound(err):
		return change.Change{}, fmt.Errorf("there is no campaign %s in namespace %s: give its name, and its namespace with -n", a.campaign, namespace)
	case err != nil:
		return change.Change{}, fmt.Errorf("read campaign %s: %w", a.campaign, err)
	}
	platform := campaign.Spec.PlatformRef.Name
	set, found, err := observe.Set(ctx, c, namespace, platform)
	switch {
	case err != nil:
		return change.Change{}, err
	case !found:
		return change.Change{}, fmt.Errorf("there is no BookingPlatform %s in namespace %s: campaign %s opens nothing", platform, namespace, a.campaign)
	}
	return a.On(set, &campaign, a.Clock.Now())
}

// confirm asks, unless yes was given.
func (a *act) confirm(ctx context.Context) error {
	if a.yes {
		return nil
	}
	if !a.asks(a.In) {
		return errors.New("nothing was written: stdin is not a terminal, so nobody can confirm; add --yes to write without a question")
	}
	fmt.Fprintf(a.Out, "Type yes to %s: ", a.Verb)
	answers := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.In).ReadString('\n') // an end without a line is no yes
		answers <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.Out)
	case answer := <-answers:
		if answer == "yes" {
			return nil
		}
	}
	return errors.New("nothing was written: not confirmed")
}

// who returns the user's name from the API server, or else from the kubeconfig.
func (a *act) who(ctx context.Context, c client.Client) string {
	review := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(ctx, review); err == nil && review.Status.UserInfo.Username != "" {
		return review.Status.UserInfo.Username
	}
	config, err := a.Config.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return "unknown"
	}
	current := config.CurrentContext
	if a.Config.Context != nil && *a.Config.Context != "" {
		current = *a.Config.Context
	}
	if known := config.Contexts[current]; known != nil {
		return cmp.Or(known.AuthInfo, "unknown")
	}
	return "unknown"
}

// follow waits until the change is published and in force, and reports its progress.
func (a *act) follow(ctx context.Context, c client.Client, done change.Change) error {
	if a.wait <= 0 {
		return nil
	}
	began := time.Now()
	revision, err := a.published(ctx, c, done, began)
	if err != nil {
		return err
	}
	a.reach(ctx, c, revision, began)
	return nil
}

// published waits until the catalog has the change, and returns the revision.
func (a *act) published(ctx context.Context, c client.Client, done change.Change, began time.Time) (int64, error) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		force, err := done.Force(ctx, c)
		took := time.Since(began)
		switch {
		case err == nil && force.Published:
			fmt.Fprintln(a.Out, force.Words(took))
			return force.Revision, nil
		case took < min(a.wait, publishedWithin) && ctx.Err() == nil:
		case err != nil:
			return 0, fmt.Errorf("the change is written, but cannot check whether it is in force: %w", err)
		default:
			return 0, errors.New(force.Words(took))
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// reach waits until the booking pods have read a revision. The change is written and
// published by now, so no finding is an error.
func (a *act) reach(ctx context.Context, c client.Client, revision int64, began time.Time) {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	for last := (change.Reach{Hold: -1}); ; {
		pods, err := a.pods(ctx, c)
		took := time.Since(began)
		if err != nil {
			fmt.Fprintf(a.Out, "booking pods take up to 90 seconds to read it; cannot count the pods that have it: %v\n", err)
			return
		}
		now := change.ReachOf(revision, pods)
		if now.Whole() || took >= a.wait || ctx.Err() != nil || now.Hold != last.Hold {
			fmt.Fprintln(a.Out, now.Words(took))
		}
		if now.Whole() || took >= a.wait {
			return
		}
		last = now
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// printable drops control characters, so that foreign text cannot take over the terminal.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, line)
}
