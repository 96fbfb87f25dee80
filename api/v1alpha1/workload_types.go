/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// Workload configures the pods of a channel. Its fields are the fields of a pod that a
// booking server needs; absent ones default to the reference booking server's.
// +kubebuilder:validation:MinProperties=0
type Workload struct {
	// image of the server. Without it, the platform's.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^((localhost|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)+)(:[0-9]{1,5})?/|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?:[0-9]{1,5}/)?[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][-.A-Za-z0-9_]{0,127})?(@sha256:[a-f0-9]{64})?$')",message="not an image: write [registry/]name[:tag][@sha256:digest], the name in lower case, no scheme and no spaces, for example mezzanotte/booking:v0.1.0"
	Image string `json:"image,omitempty"`

	// command replaces the image's entry point.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=1024
	Command []string `json:"command,omitempty"`

	// args of the entry point.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=4096
	Args []string `json:"args,omitempty"`

	// env is set in the container.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=128
	Env []EnvVar `json:"env,omitempty"`

	// envFrom sets every key of a Secret or ConfigMap.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=32
	EnvFrom []EnvFromSource `json:"envFrom,omitempty"`

	// port on which the server listens. Without it, 8080.
	// +optional
	// +kubebuilder:validation:Minimum=1024
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port,omitempty"`

	// readinessPath answers 200 when the pod can book. Without it, /readyz.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^/[!-~]*$')",message="a path begins with '/' and has no spaces or letters beyond ASCII, for example /readyz"
	ReadinessPath string `json:"readinessPath,omitempty"`

	// resources of the container. The autoscaler measures against its CPU request.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.requests) && has(self.requests.cpu)",message="say requests.cpu: the autoscaler measures utilisation against it"
	Resources *ResourceRequirements `json:"resources,omitempty"`

	// volumes that are mounted into the container.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=30
	// +kubebuilder:validation:XValidation:rule="self.all(v, self.exists_one(o, o.mountPath == v.mountPath))",message="two volumes have the same mountPath: give each its own"
	Volumes []Volume `json:"volumes,omitempty"`

	// imagePullSecrets for the image.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=16
	ImagePullSecrets []SecretReference `json:"imagePullSecrets,omitempty"`

	// nodeSelector is the labels of the nodes on which pods may run.
	// +optional
	// +kubebuilder:validation:MinProperties=0
	// +kubebuilder:validation:MaxProperties=32
	// +kubebuilder:validation:XValidation:rule="self.all(k, !format.qualifiedName().validate(k).hasValue())",message="not the key of a label: write [prefix/]name with letters, digits, '-', '_' and '.', for example kubernetes.io/arch"
	NodeSelector map[string]LabelValue `json:"nodeSelector,omitempty"`

	// tolerations of the pods.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=32
	Tolerations []Toleration `json:"tolerations,omitempty"`

	// priorityClassName of the pods.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="not a name that Kubernetes takes: write lower-case letters, digits, '-' and '.', with a letter or digit first and last"
	PriorityClassName string `json:"priorityClassName,omitempty"`
}

// LabelValue is the value of a label or taint; it may be empty.
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="!format.labelValue().validate(self).hasValue()",message="not the value of a label: write letters, digits, '-', '_' and '.', with a letter or digit first and last"
type LabelValue string

// EnvVar is one variable of the environment.
// +kubebuilder:validation:XValidation:rule="!(has(self.value) && has(self.valueFrom))",message="give either value or valueFrom, not both"
type EnvVar struct {
	// name of the variable.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^[-._a-zA-Z][-._a-zA-Z0-9]*$') && self != '.' && !self.startsWith('..')",message="not the name of a variable: write letters, digits, '-', '_' and '.', no digit and no '..' first"
	Name string `json:"name,omitempty"`

	// value of the variable.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=32768
	Value *string `json:"value,omitempty"`

	// valueFrom takes the value from elsewhere.
	// +optional
	ValueFrom EnvVarSource `json:"valueFrom,omitzero"`
}

// EnvVarSource says where a variable's value comes from: exactly one of its fields.
// +kubebuilder:validation:ExactlyOneOf=secretKeyRef;configMapKeyRef;fieldPath
type EnvVarSource struct {
	// secretKeyRef names a key of a Secret.
	// +optional
	SecretKeyRef KeyReference `json:"secretKeyRef,omitzero"`

	// configMapKeyRef names a key of a ConfigMap.
	// +optional
	ConfigMapKeyRef KeyReference `json:"configMapKeyRef,omitzero"`

	// fieldPath names a field of the pod, for example metadata.name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=384
	// +kubebuilder:validation:XValidation:rule=`self in ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'] || self.matches(r"^metadata[.](labels|annotations)\['([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?'\]$")`,message="not a field that a variable can take: write metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], metadata.annotations['KEY'], spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP or status.podIPs"
	FieldPath string `json:"fieldPath,omitempty"`
}

// EnvFromSource sets every key of a Secret or ConfigMap: exactly one of them.
// +kubebuilder:validation:ExactlyOneOf=secretRef;configMapRef
type EnvFromSource struct {
	// prefix of the variables' names.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[-._a-zA-Z][-._a-zA-Z0-9]*$') && self != '.' && !self.startsWith('..')",message="not the beginning of a variable's name: write letters, digits, '-', '_' and '.', no digit and no '..' first, for example PORTAL_"
	Prefix string `json:"prefix,omitempty"`

	// secretRef names a Secret.
	// +optional
	SecretRef SecretReference `json:"secretRef,omitzero"`

	// configMapRef names a ConfigMap.
	// +optional
	ConfigMapRef ConfigMapReference `json:"configMapRef,omitzero"`
}

// ConfigMapReference names a ConfigMap in the same namespace.
type ConfigMapReference struct {
	// name of the ConfigMap.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="not a name that Kubernetes takes: write lower-case letters, digits, '-' and '.', with a letter or digit first and last"
	Name string `json:"name,omitempty"`
}

// ResourceRequirements are the requests and limits of one replica.
// +kubebuilder:validation:XValidation:rule="!has(self.limits) || !has(self.limits.cpu) || !has(self.requests) || !has(self.requests.cpu) || !isQuantity(string(self.limits.cpu)) || !isQuantity(string(self.requests.cpu)) || quantity(string(self.requests.cpu)).compareTo(quantity(string(self.limits.cpu))) <= 0",fieldPath=".requests.cpu",message="requests.cpu must not be greater than limits.cpu"
// +kubebuilder:validation:XValidation:rule="!has(self.limits) || !has(self.limits.memory) || !has(self.requests) || !has(self.requests.memory) || !isQuantity(string(self.limits.memory)) || !isQuantity(string(self.requests.memory)) || quantity(string(self.requests.memory)).compareTo(quantity(string(self.limits.memory))) <= 0",fieldPath=".requests.memory",message="requests.memory must not be greater than limits.memory"
// +kubebuilder:validation:MinProperties=0
type ResourceRequirements struct {
	// requests are the amounts that the scheduler reserves.
	// +optional
	Requests *ResourceList `json:"requests,omitempty"`

	// limits are the most that the container may use.
	// +optional
	Limits *ResourceList `json:"limits,omitempty"`
}

// ResourceList is an amount of each resource.
// +kubebuilder:validation:MinProperties=0
type ResourceList struct {
	// cpu in cores.
	// +optional
	// +kubebuilder:validation:XValidation:rule="isQuantity(string(self)) && quantity(string(self)).compareTo(quantity('1m')) >= 0 && quantity(string(self)).compareTo(quantity('1k')) <= 0",message="not an amount of CPU: write cores from 1m to 1000, for example 500m for half a core, or \"2\""
	CPU *resource.Quantity `json:"cpu,omitempty"`

	// memory in bytes.
	// +optional
	// +kubebuilder:validation:XValidation:rule="isQuantity(string(self)) && quantity(string(self)).compareTo(quantity('1Mi')) >= 0 && quantity(string(self)).compareTo(quantity('64Ti')) <= 0",message="not an amount of memory: write bytes from 1Mi to 64Ti, for example 256Mi or 1Gi; m is a thousandth of a byte"
	Memory *resource.Quantity `json:"memory,omitempty"`
}

// Volume is one volume and where it is mounted: exactly one source.
// +kubebuilder:validation:ExactlyOneOf=secret;configMap;emptyDir
type Volume struct {
	// name of the volume.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Label().validate(self).hasValue()",message="not the name of a volume: write lower-case letters, digits and '-', with a letter or digit first and last"
	Name string `json:"name,omitempty"`

	// mountPath in the container.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^/[^:\p{Cc}]*[^:/\p{Cc}]$') && !self.matches(r'/[.][.]?(/|$)')`,message="a mount path begins with '/', does not end with '/', and has no ':', '.' or '..' between two '/': for example /etc/booking"
	MountPath string `json:"mountPath,omitempty"`

	// secret is mounted read-only.
	// +optional
	Secret SecretReference `json:"secret,omitzero"`

	// configMap is mounted read-only.
	// +optional
	ConfigMap ConfigMapReference `json:"configMap,omitzero"`

	// emptyDir is an empty directory of the pod's own.
	// +optional
	EmptyDir EmptyDir `json:"emptyDir,omitzero"`
}

// EmptyDir is an empty directory of the pod's own.
type EmptyDir struct {
	// sizeLimit of the directory.
	// +required
	// +kubebuilder:validation:XValidation:rule="type(self) == int ? self >= 1048576 : !self.startsWith('-') && (!self.startsWith('0') || self.startsWith('0.')) && (self.endsWith('Mi') || self.endsWith('Gi') || self.endsWith('Ti') || self.endsWith('M') || self.endsWith('G'))",message="not a size: write a number greater than 0 with the unit Mi, Gi, Ti, M or G, for example 64Mi"
	SizeLimit *resource.Quantity `json:"sizeLimit,omitempty"`
}

// Toleration lets pods run on nodes with a matching taint.
// +kubebuilder:validation:XValidation:rule="!has(self.operator) || self.operator != 'Exists' || !has(self.value)",fieldPath=".value",message="operator Exists matches whatever the value is: leave value out, or write operator Equal"
type Toleration struct {
	// key of the taint.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:XValidation:rule="!format.qualifiedName().validate(self).hasValue()",message="not the key of a taint: write [prefix/]name with letters, digits, '-', '_' and '.', for example example.org/dedicated"
	Key string `json:"key,omitempty"`

	// operator is Equal or Exists. Without it, Equal.
	// +optional
	// +kubebuilder:validation:Enum=Equal;Exists
	Operator string `json:"operator,omitempty"`

	// value of the taint.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="!format.labelValue().validate(self).hasValue()",message="not the value of a taint: write letters, digits, '-', '_' and '.', with a letter or digit first and last"
	Value string `json:"value,omitempty"`

	// effect of the taint.
	// +optional
	// +kubebuilder:validation:Enum=NoSchedule;PreferNoSchedule;NoExecute
	Effect string `json:"effect,omitempty"`
}
