/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package testenv starts a real API server, with our CRDs in it, for tests.
//
// There is nothing behind the server: no controller, no scheduler, no garbage
// collector. What a test creates stays until the test deletes it, so each test
// uses a Namespace of its own. Deleted namespaces stay Terminating.
package testenv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

var errNoAssets = errors.New("there is no API server to test against: run `make test`, " +
	"or export KUBEBUILDER_ASSETS=$(go -C hack/cluster run . assets)")

// Run is for TestMain: it runs the package's tests against one API server,
// whose address it puts into config, and returns the exit code.
func Run(m *testing.M, config **rest.Config) int {
	environment, started, err := start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	*config = started
	code := m.Run()
	if err := environment.Stop(); err != nil {
		fmt.Fprintf(os.Stderr, "stop the API server: %v\n", err)
	}
	return code
}

// Start starts an API server that lives as long as the test. It takes some
// seconds: a package with several tests should use Run.
func Start(tb testing.TB) *rest.Config {
	tb.Helper()
	environment, config, err := start()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := environment.Stop(); err != nil {
			tb.Logf("stop the API server: %v", err)
		}
	})
	return config
}

func start() (*envtest.Environment, *rest.Config, error) {
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		return nil, nil, errNoAssets
	}
	log.SetLogger(klog.Background())
	environment := &envtest.Environment{
		CRDDirectoryPaths:     []string{Path("config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
	}
	config, err := environment.Start()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("start the API server: %w", err), environment.Stop())
	}
	return environment, config, nil
}

// Path of a file of the repository.
func Path(elements ...string) string {
	_, this, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(this), "..", "..")
	return filepath.Join(append([]string{root}, elements...)...)
}

// Scheme knows Kubernetes' kinds and ours.
func Scheme() *apiruntime.Scheme {
	scheme := apiruntime.NewScheme()
	for _, add := range []func(*apiruntime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // two types under one kind: a mistake in the program
		}
	}
	return scheme
}

// Client without a cache, for Kubernetes' kinds and ours.
func Client(tb testing.TB, config *rest.Config) client.WithWatch {
	tb.Helper()
	c, err := client.NewWithWatch(config, client.Options{Scheme: Scheme()})
	if err != nil {
		tb.Fatalf("make a client: %v", err)
	}
	return c
}

// Namespace makes a namespace that no other test has, and returns its name.
func Namespace(tb testing.TB, c client.Client) string {
	tb.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := c.Create(tb.Context(), namespace); err != nil {
		tb.Fatalf("create a namespace: %v", err)
	}
	return namespace.Name
}
