/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api_test

import (
	"os"
	"path/filepath"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// TestStatusIsNotValidatedAsInput: a rule, a pattern or a list of values in a status
// could refuse what the operator has to say. What is computed is bounded in size only.
func TestStatusIsNotValidatedAsInput(t *testing.T) {
	files, err := filepath.Glob(testenv.Path("config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) != 4 {
		t.Fatalf("%d custom resource definitions, %v", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) > 128<<10 {
			t.Errorf("%s has %d bytes, want well under 256 KiB", filepath.Base(file), len(content))
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(content, &crd); err != nil {
			t.Fatal(err)
		}
		for _, version := range crd.Spec.Versions {
			wantNoRules(t, crd.Spec.Names.Kind+".status", version.Schema.OpenAPIV3Schema.Properties["status"])
		}
	}
}

func wantNoRules(t *testing.T, path string, schema apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	if len(schema.XValidations) > 0 || schema.Pattern != "" || len(schema.Enum) > 0 {
		t.Errorf("%s is validated as an input: %d rules, pattern %q, %d values", path, len(schema.XValidations), schema.Pattern, len(schema.Enum))
	}
	for name, property := range schema.Properties {
		if name != "conditions" { // as Kubernetes defines them
			wantNoRules(t, path+"."+name, property)
		}
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		wantNoRules(t, path+"[]", *schema.Items.Schema)
	}
}
