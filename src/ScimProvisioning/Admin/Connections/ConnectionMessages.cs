using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Connections;

/// <summary>A connection to be created.</summary>
/// <param name="Name">What people call it, 1 to 200 characters.</param>
/// <param name="OrganizationId">The organization it belongs to; without one, the default organization.</param>
/// <param name="Provider">The identity provider that will push: entra (the default), okta, onelogin, jumpcloud, ping or custom.</param>
/// <param name="EntraTenantId">The Entra tenant that pushes.</param>
/// <param name="EntraAppObjectId">The enterprise application in Entra.</param>
/// <param name="AllowedAddresses">Addresses or CIDR blocks from which SCIM is accepted, up to 100; empty or null: from anywhere.</param>
/// <param name="Settings">How the connection behaves where identity providers differ; what is absent gets its default.</param>
/// <param name="AllowSharedTenant">
/// Take the Entra tenant although another organization has it. Only a full admin key of all organizations may say so.
/// </param>
sealed record CreateConnectionRequest(
    string? Name,
    Guid? OrganizationId = null,
    string? Provider = null,
    Guid? EntraTenantId = null,
    Guid? EntraAppObjectId = null,
    IReadOnlyList<string>? AllowedAddresses = null,
    ConnectionSettingsRequest? Settings = null,
    bool AllowSharedTenant = false
);

/// <inheritdoc/>
sealed class CreateConnectionValidator : AbstractValidator<CreateConnectionRequest>
{
    public CreateConnectionValidator()
    {
        RuleFor(request => request.Name).NotEmpty().WithMessage("Must not be empty.").IsShortText();
        RuleFor(request => request.Provider).IsProvider();
        RuleFor(request => request.AllowedAddresses).IsFewBlocks();
        RuleForEach(request => request.AllowedAddresses).IsBlock();
        RuleFor(request => request.Settings!).SetValidator(new ConnectionSettingsValidator()).When(request => request.Settings is not null);
    }
}

/// <summary>A change of a connection. What is absent stays as it is.</summary>
sealed record UpdateConnectionRequest
{
    bool _hasEntraTenantId,
        _hasEntraAppObjectId;

    /// <summary>What people call it, 1 to 200 characters. The Tenant URL stays.</summary>
    // An explicit null is refused like an empty text, by the validator.
    public string? Name
    {
        get;
        init => field = value ?? "";
    }

    /// <summary>The identity provider: entra, okta, onelogin, jumpcloud, ping or custom.</summary>
    public string? Provider
    {
        get;
        init => field = value ?? "";
    }

    /// <summary>The Entra tenant that pushes; null takes it away.</summary>
    public Guid? EntraTenantId
    {
        get;
        init => (field, _hasEntraTenantId) = (value, true);
    }

    /// <summary>The enterprise application in Entra; null takes it away.</summary>
    public Guid? EntraAppObjectId
    {
        get;
        init => (field, _hasEntraAppObjectId) = (value, true);
    }

    /// <summary>
    /// Addresses or CIDR blocks from which SCIM is accepted, up to 100. The list replaces the old one; empty or null: from anywhere.
    /// </summary>
    public IReadOnlyList<string>? AllowedAddresses
    {
        get;
        init => field = value ?? [];
    }

    /// <summary>How the connection behaves where identity providers differ; what is absent or null stays as it is.</summary>
    public ConnectionSettingsRequest? Settings { get; init; }

    /// <summary>
    /// Take the Entra tenant although another organization has it. Only a full admin key of all organizations may say so.
    /// </summary>
    public bool AllowSharedTenant { get; init; }

    public void ApplyTo(Connection row, DateTimeOffset now)
    {
        if (_hasEntraTenantId && EntraTenantId != row.EntraTenantId)
            row.EntraTenantSince = EntraTenantId is null ? null : now;
        row.Name = Name ?? row.Name;
        if (Provider is not null)
            row.Provider = ConnectionRules.ProviderOf(Provider);
        if (_hasEntraTenantId)
            row.EntraTenantId = EntraTenantId;
        if (_hasEntraAppObjectId)
            row.EntraAppObjectId = EntraAppObjectId;
        if (AllowedAddresses is not null)
            row.AllowedAddresses = ConnectionRules.BlocksOf(AllowedAddresses);
        if (Settings is not null)
            row.Settings = Settings.Over(row.Settings);
    }
}

/// <inheritdoc/>
sealed class UpdateConnectionValidator : AbstractValidator<UpdateConnectionRequest>
{
    public UpdateConnectionValidator()
    {
        RuleFor(request => request.Name)
            .NotEmpty()
            .WithMessage("Must not be empty.")
            .When(request => request.Name is not null)
            .IsShortText();
        RuleFor(request => request.Provider).IsProvider();
        RuleFor(request => request.AllowedAddresses).IsFewBlocks();
        RuleForEach(request => request.AllowedAddresses).IsBlock();
        RuleFor(request => request.Settings!).SetValidator(new ConnectionSettingsValidator()).When(request => request.Settings is not null);
    }
}

/// <summary>Settings of a connection. What is absent or null stays as it is.</summary>
/// <param name="UniqueGroupNames">No two groups may have the same displayName. It is checked when a group is written.</param>
/// <param name="GroupPatchReturnsResource">
/// A PATCH of a group answers 200 with the group: always, never (204), or auto: up to 100 members. true and false mean always and never.
/// </param>
/// <param name="IgnoreUnknownAttributes">
/// A PATCH skips operations on attributes that no schema knows, as POST and PUT do, instead of refusing them.
/// </param>
/// <param name="AcceptEntraTokens">
/// When the connection has an Entra tenant id, tokens that Entra issues for this tenant are accepted.
/// </param>
/// <param name="AnnouncePagination">ServiceProviderConfig has pagination, which some strict clients reject.</param>
sealed record ConnectionSettingsRequest(
    bool? UniqueGroupNames,
    [property: JsonConverter(typeof(GroupPatchReplyConverter))] string? GroupPatchReturnsResource,
    bool? IgnoreUnknownAttributes,
    bool? AcceptEntraTokens,
    bool? AnnouncePagination
)
{
    public ConnectionSettings Over(ConnectionSettings current) =>
        new(
            UniqueGroupNames ?? current.UniqueGroupNames,
            GroupPatchReturnsResource ?? current.GroupPatchReturnsResource,
            IgnoreUnknownAttributes ?? current.IgnoreUnknownAttributes,
            AcceptEntraTokens ?? current.AcceptEntraTokens,
            AnnouncePagination ?? current.AnnouncePagination
        );
}

/// <inheritdoc/>
sealed class ConnectionSettingsValidator : AbstractValidator<ConnectionSettingsRequest>
{
    public ConnectionSettingsValidator() =>
        RuleFor(request => request.GroupPatchReturnsResource)
            .Must(reply => reply is null || GroupPatchReply.All.Contains(reply))
            .WithMessage($"Must be one of: {string.Join(", ", GroupPatchReply.All)}.");
}

/// <summary>Reads the setting as earlier versions had it, too: true or false.</summary>
sealed class GroupPatchReplyConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.True => GroupPatchReply.Always,
            JsonTokenType.False => GroupPatchReply.Never,
            JsonTokenType.String => reader.GetString(),
            _ => throw new JsonException(),
        };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Which connections to list.</summary>
sealed record ConnectionQuery
{
    /// <summary>Only those in this state: pending, active, paused, disabled or disconnected.</summary>
    [FromQuery(Name = "state")]
    public string? State { get; init; }

    /// <summary>Only those of this identity provider: entra, okta, onelogin, jumpcloud, ping or custom.</summary>
    [FromQuery(Name = "provider")]
    public string? Provider { get; init; }

    public IQueryable<Connection> Of(IQueryable<Connection> connections)
    {
        var provider = Provider is null ? null : ConnectionRules.ProviderOf(Provider);
        return connections.Where(c => (State == null || c.State == State) && (provider == null || c.Provider == provider));
    }
}

/// <inheritdoc/>
sealed class ConnectionQueryValidator : AbstractValidator<ConnectionQuery>
{
    static readonly IReadOnlyList<string> States =
    [
        ConnectionState.Pending,
        ConnectionState.Active,
        ConnectionState.Paused,
        ConnectionState.Disabled,
        ConnectionState.Disconnected,
    ];

    public ConnectionQueryValidator()
    {
        RuleFor(query => query.State)
            .Must(state => state is null || States.Contains(state))
            .WithMessage($"Must be one of: {string.Join(", ", States)}.");
        RuleFor(query => query.Provider).IsProvider();
    }
}
