namespace ScimProvisioning.Portal;

/// <summary>A field of a form on a page.</summary>
/// <param name="Form">The name of its form; <c>null</c>: a form that searches.</param>
/// <param name="Name">Its name in the form, which is its id, too.</param>
/// <param name="Label">What it is called on the page.</param>
sealed record FormField(string? Form, string Name, string Label);
