/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command manager is the operator: it turns platforms, hubs, campaigns and
// channels into running booking workloads that are Ready before each opening.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
	_ "time/tzdata" // openings need every zone, whatever the image holds

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	runtimemetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/controllers/campaign"
	"github.com/mezzanotte/mezzanotte/controllers/channel"
	"github.com/mezzanotte/mezzanotte/controllers/hub"
	"github.com/mezzanotte/mezzanotte/controllers/platform"
	"github.com/mezzanotte/mezzanotte/internal/metrics"
	"github.com/mezzanotte/mezzanotte/internal/observe"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "mezzanotte manager:", err)
		os.Exit(1)
	}
}

func run() error {
	flags := bindFlags(flag.CommandLine)
	logging := zap.Options{}
	logging.BindFlags(flag.CommandLine)
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&logging)))

	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the cluster: %w; in a pod it is found by itself, elsewhere give --kubeconfig", err)
	}
	config.QPS = -1 // the API server's own fairness is the limit
	scheme, err := newScheme()
	if err != nil {
		return err
	}
	ctx := ctrl.SetupSignalHandler()
	if err := waitForAPI(ctx, config); err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(config, flags.options(scheme))
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	if err := observe.Index(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	if err := addControllers(mgr); err != nil {
		return err
	}
	if err := addProbes(mgr); err != nil {
		return err
	}
	if err := runtimemetrics.Registry.Register(metrics.New(mgr.GetCache(), mgr.Elected())); err != nil {
		return fmt.Errorf("add our metrics to the runtime's: %w", err)
	}
	return mgr.Start(ctx)
}

// waitForAPI waits until the API server answers. If the process ended instead, the
// kubelet would restart it with growing pauses of up to five minutes, and prolong an
// outage across an opening by as much.
func waitForAPI(ctx context.Context, config *rest.Config) error {
	server, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(context.Context) (bool, error) {
		if _, err := server.ServerVersion(); err != nil {
			ctrl.Log.Info("the API server does not answer yet", "error", err.Error())
			return false, nil
		}
		return true, nil
	})
}

func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("register kinds: %w", err)
		}
	}
	return scheme, nil
}

func addControllers(mgr manager.Manager) error {
	now := clock.RealClock{}
	for name, controller := range map[string]interface{ SetupWithManager(manager.Manager) error }{
		"platform": platform.New(mgr, now),
		"hub":      hub.New(mgr, now),
		"campaign": campaign.New(mgr, now),
		"channel":  channel.New(mgr, now),
	} {
		if err := controller.SetupWithManager(mgr); err != nil {
			return fmt.Errorf("set up the %s controller: %w", name, err)
		}
	}
	return nil
}

func addProbes(mgr manager.Manager) error {
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return fmt.Errorf("add the liveness probe: %w", err)
	}
	if err := mgr.AddReadyzCheck("ping", healthz.Ping); err != nil {
		return fmt.Errorf("add the readiness probe: %w", err)
	}
	return nil
}
