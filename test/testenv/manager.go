/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testenv

import (
	"context"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// Manager returns a manager that serves nothing and logs nothing. It also sees the
// objects of other tests on the same API server.
func Manager(tb testing.TB, api *rest.Config) manager.Manager {
	tb.Helper()
	anyName := true // of a controller: several tests of one process start the same
	mgr, err := ctrl.NewManager(api, ctrl.Options{
		Scheme:     Scheme(),
		Logger:     logr.Discard(),
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: &anyName},
	})
	if err != nil {
		tb.Fatalf("make a manager: %v", err)
	}
	return mgr
}

// Background runs a manager until the test ends.
func Background(tb testing.TB, mgr manager.Manager) {
	tb.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Errorf("run the manager: %v", err)
		}
	})
}
