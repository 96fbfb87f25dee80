/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package stage

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/utils/ptr"

	"github.com/mezzanotte/mezzanotte/test/child"
)

// The operator's namespace and ServiceAccount, as config/rbac names them.
const (
	OperatorNamespace      = "mezzanotte-system"
	OperatorServiceAccount = "mezzanotte-manager"
)

// OperatorUser is the operator's name in the audit log.
const OperatorUser = "system:serviceaccount:" + OperatorNamespace + ":" + OperatorServiceAccount

// Manager is the operator as a process on this machine.
type Manager = child.Process

// BuildManager builds cmd/manager, unless the stage shares a built one.
func (s *Stage) BuildManager(ctx context.Context) error {
	if string(s.programs) != s.Directory {
		return nil
	}
	return s.programs.build(ctx, operator, os.Stderr)
}

// StartManager starts the operator with the rights of its ServiceAccount, and
// with these arguments besides the usual ones.
func (s *Stage) StartManager(ctx context.Context, args ...string) (*Manager, error) {
	kubeconfig, err := s.managerKubeconfig(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(s.Directory, "manager-*.log")
	if err != nil {
		return nil, fmt.Errorf("make the manager's log: %w", err)
	}
	command := exec.Command(s.programs.path(operator), append([]string{
		"--kubeconfig", kubeconfig,
		"--leader-elect", "--leader-election-namespace", OperatorNamespace,
		"--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address", "127.0.0.1:0",
	}, args...)...)
	m, err := child.Start(command, log.Name(), 0) // the demo may leave it running
	if err != nil {
		return nil, fmt.Errorf("start the manager: %w", err)
	}
	return m, log.Close()
}

// managerKubeconfig writes, once, a kubeconfig that holds a token of the
// operator's ServiceAccount and nothing else. A manager that is started again
// finds it, as a pod finds its token, even while there is no API server.
func (s *Stage) managerKubeconfig(ctx context.Context) (string, error) {
	path := filepath.Join(s.Directory, "manager.kubeconfig")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: OperatorNamespace, Name: OperatorServiceAccount}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: ptr.To[int64](4 * 3600)}}
	if err := s.Client.SubResource("token").Create(ctx, account, request); err != nil {
		return "", fmt.Errorf("ask for a token of the manager's ServiceAccount: %w", err)
	}
	return path, clientcmd.WriteToFile(kubeconfig(s.Config, request.Status.Token), path)
}

func kubeconfig(admin *rest.Config, token string) clientcmdapi.Config {
	const name = "mezzanotte"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{
		Server:                   admin.Host,
		TLSServerName:            admin.ServerName,
		InsecureSkipTLSVerify:    admin.Insecure,
		CertificateAuthority:     admin.CAFile,
		CertificateAuthorityData: admin.CAData,
	}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return *config
}
