/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package drive

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/workload"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
)

// until retries, at most for the given time.
func until(ctx context.Context, within time.Duration, what string, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		sleep(ctx, lookEvery)
		if ctx.Err() != nil {
			return fmt.Errorf("%s: not within %s: %w", what, within, err)
		}
	}
}

// note records what was done and prints it.
func (n *nightly) note(format string, args ...any) {
	words, at := fmt.Sprintf(format, args...), time.Since(n.opens).Seconds()
	n.Say("  %s", words)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.events = append(n.events, night.Event{At: at, Words: words})
}

// clear removes what the night has left, also after an error.
func (n *nightly) clear() error {
	var errs []error
	for _, d := range n.doors {
		errs = append(errs, d.Close())
	}
	errs = append(errs, n.stopServers())
	ctx, cancel := context.WithTimeout(context.Background(), tidy)
	defer cancel()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n.namespace}}
	if err := client.IgnoreNotFound(n.Client.Delete(ctx, namespace)); err != nil {
		errs = append(errs, fmt.Errorf("delete namespace %s: %w", n.namespace, err))
	}
	return errors.Join(errs...)
}

// alone waits until no booking pod of an earlier night runs: this one needs the machine.
func (s Stand) alone(ctx context.Context) error {
	return until(ctx, tidy, "the pods of the last night end", func(ctx context.Context) error {
		var pods corev1.PodList
		if err := s.Client.List(ctx, &pods, client.HasLabels{workload.LabelChannel}); err != nil || !s.Real {
			return err
		}
		if len(pods.Items) > 0 {
			return fmt.Errorf("%d are still there", len(pods.Items))
		}
		return nil
	})
}
