/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package manifest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	apiservervalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/operation"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/mezzanotte/mezzanotte/config/crd"
)

// definition has everything that an object of one kind is checked against.
type definition struct {
	schema *structural.Structural
	types  apiservervalidation.SchemaValidator
	rules  *cel.Validator
}

// errMoreRules replaces the rules that cannot be checked while types are wrong.
var errMoreRules = errors.New("correct these first: some rules could not be checked yet")

// definitions has every kind in config/crd. It is slow to compile the rules.
var definitions = sync.OnceValues(compile)

func compile() (map[schema.GroupVersionKind]*definition, error) {
	files, err := fs.Glob(crd.Files, "bases/*.yaml")
	if err != nil {
		return nil, err
	}
	all := map[schema.GroupVersionKind]*definition{}
	for _, file := range files {
		content, err := crd.Files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var of apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(content, &of); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		for _, version := range of.Spec.Versions {
			d, err := newDefinition(version.Schema)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", file, err)
			}
			all[schema.GroupVersionKind{Group: of.Spec.Group, Version: version.Name, Kind: of.Spec.Names.Kind}] = d
		}
	}
	return all, nil
}

func newDefinition(of *apiextensionsv1.CustomResourceValidation) (*definition, error) {
	var internal apiextensions.JSONSchemaProps
	err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(of.OpenAPIV3Schema, &internal, nil)
	if err != nil {
		return nil, err
	}
	d := &definition{}
	if d.schema, err = structural.NewStructural(&internal); err != nil {
		return nil, err
	}
	if d.types, _, err = apiservervalidation.NewSchemaValidator(&internal); err != nil {
		return nil, err
	}
	d.rules = cel.NewValidator(d.schema, true, celconfig.PerCallLimit)
	return d, nil
}

// complete sets defaults and drops unknown fields. It returns the paths of the dropped
// fields.
func (d *definition) complete(object map[string]any) (unknown []string, err error) {
	kind, apiVersion := object["kind"], object["apiVersion"]
	meta, found, inMeta, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	track := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown = slices.Concat(inMeta, pruning.PruneWithOptions(object, d.schema, true, track))
	defaulting.PruneNonNullableNullsWithoutDefaults(object, d.schema)
	object["kind"], object["apiVersion"] = kind, apiVersion
	if found {
		if err := objectmeta.SetObjectMeta(object, meta); err != nil {
			return nil, err
		}
	}
	defaulting.Default(object, d.schema)
	return unknown, nil
}

// check validates a complete object as the API server does on create.
func (d *definition) check(ctx context.Context, object map[string]any) []error {
	wrong := checkMeta(ctx, object)
	wrong = append(wrong, apiservervalidation.ValidateCustomResource(nil, object, d.types)...)
	wrong = append(wrong, objectmeta.Validate(ctx, nil, object, d.schema, false)...)
	wrong = append(wrong, listtype.ValidateListSetsAndMaps(nil, d.schema, object)...)
	blocked := blocks(wrong)
	if !blocked {
		broken, _ := d.rules.Validate(ctx, nil, d.schema, object, nil, celconfig.RuntimeCELCostBudget)
		wrong = append(wrong, broken...)
	}
	var all []error
	for _, err := range wrong {
		all = append(all, err)
	}
	if blocked {
		all = append(all, errMoreRules)
	}
	return all
}

func checkMeta(ctx context.Context, object map[string]any) field.ErrorList {
	path := field.NewPath("metadata")
	meta, found, err := objectmeta.GetObjectMeta(object, false)
	if err != nil {
		return field.ErrorList{field.Invalid(path, object["metadata"], err.Error())}
	}
	if !found {
		return field.ErrorList{field.Required(path, "write at least metadata.name")}
	}
	return validation.ValidateObjectMetaDeclaratively(ctx, operation.Create, meta, nil, true, validation.NameIsDNSSubdomain, path, true)
}

// blocks reports whether errors keep the API server from checking rules: the rules may not
// be made for such types or sizes.
func blocks(wrong field.ErrorList) bool {
	for _, err := range wrong {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong,
			field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		default:
		}
	}
	return false
}
