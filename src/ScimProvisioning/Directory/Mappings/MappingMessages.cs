using System.Text.Json.Nodes;
using FluentValidation;
using Scim;
using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Where one attribute is read.</summary>
/// <param name="Name">An attribute of the catalogue.</param>
/// <param name="Paths">SCIM paths; the first that has a value counts.</param>
/// <param name="Transform">What is done to a text: none (the default), trim, lower or upper.</param>
/// <param name="Default">The value when none of the paths has one.</param>
/// <param name="WhenMissing">What a missing value means: ignore (the default), warn or hold the person back.</param>
sealed record AttributeMappingBody(string? Name, IReadOnlyList<string>? Paths, string? Transform, JsonNode? Default, string? WhenMissing)
{
    public static AttributeMappingBody Of(AttributeMapping mapping) =>
        new(mapping.Name, mapping.Paths, WireName.Of(mapping.Transform), mapping.Default?.DeepClone(), WireName.Of(mapping.WhenMissing));

    public AttributeMapping ToMapping() =>
        new(Name!, Paths ?? [], WireNames.Value<Transform>(Transform), Default, WireNames.Value<WhenMissing>(WhenMissing));
}

/// <summary>How the users of a connection become people.</summary>
/// <param name="Uid">SCIM paths; the first that has a value says who a user is.</param>
/// <param name="UidFormat">any (the default), or guid: a value that is none is passed over.</param>
/// <param name="Attributes">Where each attribute is read; absent: by the default paths of the catalogue.</param>
sealed record MappingBody(IReadOnlyList<string>? Uid, string? UidFormat, IReadOnlyList<AttributeMappingBody>? Attributes)
{
    /// <param name="mapping"><c>null</c>: the default.</param>
    public static MappingBody Of(Mapping? mapping, Catalogue catalogue)
    {
        mapping ??= Mapping.DefaultFor(catalogue);
        return new(mapping.Uid, WireName.Of(mapping.UidFormat), [.. mapping.Attributes.Select(AttributeMappingBody.Of)]);
    }

    public Mapping ToMapping(Catalogue catalogue) =>
        new(
            Uid ?? [],
            Attributes is null ? Mapping.DefaultFor(catalogue).Attributes : [.. Attributes.Select(attribute => attribute.ToMapping())],
            WireNames.Value<UidFormat>(UidFormat)
        );
}

/// <inheritdoc/>
sealed class MappingValidator : AbstractValidator<MappingBody>
{
    public MappingValidator()
    {
        RuleFor(mapping => mapping.Uid)
            .NotEmpty()
            .WithMessage("A mapping needs at least one path that says who a user is, such as externalId.");
        RuleForEach(mapping => mapping.Uid).NotNull().WithMessage("Must be a path.");
        RuleFor(mapping => mapping.UidFormat).IsNameOf<MappingBody, UidFormat>();
        RuleForEach(mapping => mapping.Attributes)
            .NotNull()
            .WithMessage("Must be an attribute, as {\"name\": …, \"paths\": […]}.")
            .SetValidator(new AttributeMappingValidator());
    }

    sealed class AttributeMappingValidator : AbstractValidator<AttributeMappingBody>
    {
        public AttributeMappingValidator()
        {
            RuleFor(attribute => attribute.Name).NotEmpty().WithMessage("Must not be empty.");
            RuleForEach(attribute => attribute.Paths).NotNull().WithMessage("Must be a path.");
            RuleFor(attribute => attribute.Transform).IsNameOf<AttributeMappingBody, Transform>();
            RuleFor(attribute => attribute.WhenMissing).IsNameOf<AttributeMappingBody, WhenMissing>();
            RuleFor(attribute => attribute.Default)
                .Must(value => value is null || StorableText.IsStorable(value.ToString()))
                .WithMessage("Must not contain U+0000 or half of a character.");
        }
    }
}
