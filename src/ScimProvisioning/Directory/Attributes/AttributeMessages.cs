using FluentValidation;
using Scim.Directory;

namespace ScimProvisioning.Directory.Attributes;

/// <summary>An attribute that the application knows of a person.</summary>
/// <param name="Name">As people show it: a letter, then letters, digits, - and _.</param>
/// <param name="Type">string (the default), number, boolean, date or strings.</param>
/// <param name="Required">Whether a person without a value is held back.</param>
/// <param name="Description">For people, up to 500 characters.</param>
/// <param name="DefaultPaths">Where a connection without a mapping of its own reads it; the first that has a value counts.</param>
sealed record AttributeBody(string? Name, string? Type, bool? Required, string? Description, IReadOnlyList<string>? DefaultPaths)
{
    public static AttributeBody Of(CatalogueAttribute attribute) =>
        new(attribute.Name, WireName.Of(attribute.Type), attribute.Required, attribute.Description, attribute.DefaultPaths);

    public CatalogueAttribute ToAttribute() =>
        new(Name!, WireNames.Value<AttributeKind>(Type), Required ?? false, Description, DefaultPaths ?? []);
}

/// <inheritdoc/>
sealed class AttributeValidator : AbstractValidator<AttributeBody>
{
    public AttributeValidator()
    {
        RuleFor(attribute => attribute.Name).NotEmpty().WithMessage("Must not be empty.");
        RuleFor(attribute => attribute.Type).IsNameOf<AttributeBody, AttributeKind>();
        RuleFor(attribute => attribute.Description)
            .Must(text => text is null || Scim.StorableText.IsStorable(text))
            .WithMessage("Must not contain U+0000 or half of a character.");
        RuleForEach(attribute => attribute.DefaultPaths).NotNull().WithMessage("Must be a path.");
    }
}

/// <summary>The catalogue: all attributes that the application knows.</summary>
/// <param name="Attributes">The attributes in the order in which people show them. userName must be there.</param>
sealed record AttributesBody(IReadOnlyList<AttributeBody>? Attributes)
{
    public static AttributesBody Of(Catalogue catalogue) => new([.. catalogue.Attributes.Select(AttributeBody.Of)]);
}

/// <inheritdoc/>
sealed class AttributesValidator : AbstractValidator<AttributesBody>
{
    public AttributesValidator()
    {
        RuleFor(body => body.Attributes).NotNull().WithMessage("Must be there.");
        RuleForEach(body => body.Attributes)
            .NotNull()
            .WithMessage("Must be an attribute, as {\"name\": …}.")
            .SetValidator(new AttributeValidator());
    }
}
