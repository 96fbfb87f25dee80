/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

// written returns the operator's writes in the audit log, from an offset on.
func (s *scene) written(ctx context.Context, from int64) ([]request, error) {
	path, err := s.AuditLog(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	if info, err := log.Stat(); err != nil {
		return nil, err
	} else if info.Size() < from {
		return nil, errors.New("the audit log has begun anew, so that writes cannot be counted")
	}
	if _, err := log.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	return writes(log)
}

// auditEnd is the size of the audit log now.
func (s *scene) auditEnd(ctx context.Context) (int64, error) {
	path, err := s.AuditLog(ctx)
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// request is one line of the API server's audit log.
type request struct {
	Verb string
	User struct{ Username string }
	On   struct{ Resource, Subresource, Namespace, Name string } `json:"objectRef"`
}

func (r request) String() string {
	what := r.On.Resource
	if r.On.Subresource != "" {
		what += "/" + r.On.Subresource
	}
	return fmt.Sprintf("%s %s %s/%s", r.Verb, what, r.On.Namespace, r.On.Name)
}

// counts reports whether the operator wrote something other than its own affairs:
// its Lease, the event of a new leader, and the reviews by which it decides who may
// read its metrics.
func (r request) counts() bool {
	if r.User.Username != stage.OperatorUser || r.On.Namespace == stage.OperatorNamespace ||
		r.On.Resource == "tokenreviews" || r.On.Resource == "subjectaccessreviews" {
		return false
	}
	return slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, r.Verb)
}

func writes(log io.Reader) ([]request, error) {
	all, err := stage.ReadAudit[request](log)
	return slices.DeleteFunc(all, func(r request) bool { return !r.counts() }), err
}
