/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// The operator's namespace and ServiceAccount, as config/rbac names them.
const (
	OperatorNamespace      = "mezzanotte-system"
	OperatorServiceAccount = "mezzanotte-manager"
)

// Manager is the operator as a process of this machine.
type Manager struct {
	command *exec.Cmd
	// Log is the path of its log.
	Log string
	// Exited is closed once the process has ended.
	Exited chan struct{}
}

// BuildManager builds cmd/manager.
func (s *Stage) BuildManager(ctx context.Context) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", s.managerCommand(), "./cmd/manager")
	build.Dir = testenv.Path()
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build cmd/manager: %w\n%s", err, out)
	}
	return nil
}

// StartManager starts the operator with the rights of its ServiceAccount.
func (s *Stage) StartManager(ctx context.Context) (*Manager, error) {
	kubeconfig, err := s.managerKubeconfig(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(s.Directory, "manager-*.log")
	if err != nil {
		return nil, fmt.Errorf("make the manager's log: %w", err)
	}
	defer func() { _ = log.Close() }() // the process has its own handle
	m := &Manager{Log: log.Name(), Exited: make(chan struct{})}
	m.command = exec.Command(s.managerCommand(),
		"--kubeconfig", kubeconfig,
		"--leader-elect", "--leader-election-namespace", OperatorNamespace,
		"--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address", "127.0.0.1:0")
	m.command.Stdout, m.command.Stderr = log, log
	// A Ctrl-C in the terminal is for whoever started the stage, who then stops the manager.
	m.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.command.Start(); err != nil {
		return nil, fmt.Errorf("start the manager: %w", err)
	}
	go func() {
		_ = m.command.Wait() // its exit is seen by Exited; its reason is in the log
		close(m.Exited)
	}()
	return m, nil
}

// PID of the operator, or 0 if it was never started.
func (m *Manager) PID() int {
	if m.command == nil || m.command.Process == nil {
		return 0
	}
	return m.command.Process.Pid
}

// Stop asks the operator to end, as Kubernetes does, and waits for it.
func (m *Manager) Stop() error { return m.end(syscall.SIGTERM) }

// Kill ends the operator without a word.
func (m *Manager) Kill() error { return m.end(syscall.SIGKILL) }

func (m *Manager) end(signal os.Signal) error {
	if err := m.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal the manager: %w", err)
	}
	<-m.Exited
	return nil
}

// managerKubeconfig writes a kubeconfig that holds a token of the operator's
// ServiceAccount and nothing else.
func (s *Stage) managerKubeconfig(ctx context.Context) (string, error) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: OperatorNamespace, Name: OperatorServiceAccount}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: ptr.To[int64](4 * 3600)}}
	if err := s.Client.SubResource("token").Create(ctx, account, request); err != nil {
		return "", fmt.Errorf("ask for a token of the manager's ServiceAccount: %w", err)
	}
	path := filepath.Join(s.Directory, "manager.kubeconfig")
	return path, clientcmd.WriteToFile(kubeconfig(s.Config, request.Status.Token), path)
}

func kubeconfig(admin *rest.Config, token string) clientcmdapi.Config {
	const name = "mezzanotte"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{
		Server:                   admin.Host,
		CertificateAuthority:     admin.CAFile,
		CertificateAuthorityData: admin.CAData,
	}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return *config
}

func (s *Stage) managerCommand() string { return filepath.Join(s.Directory, "manager") }
