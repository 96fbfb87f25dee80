/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// push sends the image to a registry, with its list of materials, and returns its name
// there.
func (i image) push(ctx context.Context, to target) (string, error) {
	repository, err := to.repository(i.name)
	if err != nil {
		return "", err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	digest, err := i.index.Digest()
	if err != nil {
		return "", err
	}
	tagged := repository.Tag(i.version)
	if err := remote.WriteIndex(tagged, i.index, options...); err != nil {
		return "", err
	}
	for _, m := range i.made {
		list, err := m.attachment()
		if err != nil {
			return "", err
		}
		digest, err := list.Digest()
		if err != nil {
			return "", err
		}
		if err := remote.Write(repository.Digest(digest.String()), list, options...); err != nil {
			return "", err
		}
	}
	return tagged.String() + "@" + digest.String(), nil
}
