using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Admin.PortalLinks;

/// <summary>Makes, lists and revokes links to the portal. A secret of 256 bits is in the link, and only its hash is stored.</summary>
sealed class PortalLinkUseCases(ScimDbContext db, AdminTransaction transaction, PublicUrl url)
{
    /// <summary>Where links begin.</summary>
    public const string Path = "/portal/open";

    const string Target = "PortalLink";

    /// <exception cref="ProblemException">404 for an unknown organization or connection; 400 when they do not belong together.</exception>
    public async Task<CreatedPortalLinkResponse> CreateAsync(CreatePortalLinkRequest request, CancellationToken ct)
    {
        var connection = request.ConnectionId is { } id ? await db.ReadConnectionAsync(id, ct) : null;
        var organization =
            request.OrganizationId
            ?? connection?.OrganizationId
            ?? transaction.Admin.OrganizationId
            ?? throw ProblemException.Invalid("organizationId", "Name an organization or a connection.");
        if (connection is not null && connection.OrganizationId != organization)
            throw ProblemException.Invalid("connectionId", "The connection belongs to another organization.");
        await db.ReadOrganizationAsync(organization, ct);
        var secret = RandomSecret.Create();
        var link = new PortalLink(
            organization,
            Guid.CreateVersion7(transaction.Now),
            connection?.Id,
            RandomSecret.HashOf(secret),
            request.ReturnUrl,
            request.ReadOnly ?? false,
            request.Uses == CreatePortalLinkRequest.Many,
            transaction.Now,
            transaction.Admin.Actor,
            transaction.Now.AddMinutes(request.ExpiresInMinutes ?? CreatePortalLinkRequest.StandardMinutes),
            null,
            0,
            null
        );
        await db.RunAsync(ct, link.Insert());
        var shown = PortalLinkResponse.Of(link);
        transaction.Record(AuditAction.PortalLinkCreated, Target, link.Id, organization, null, shown, connection?.Id);
        return new($"{url.Root}{Path}/{secret}", shown);
    }

    /// <summary>A link to a connection or, when there is none of this id, to an organization.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<CreatedPortalLinkResponse> CreateForAsync(Guid target, CreatePortalLinkRequest request, CancellationToken ct)
    {
        if (await db.Connections.Existing().AnyAsync(c => c.Id == target, ct))
            return await CreateAsync(request with { ConnectionId = target }, ct);
        if (!await db.Organizations.AnyAsync(o => o.Id == target, ct))
            throw ProblemException.NotFound($"There is no connection and no organization {target}.");
        return await CreateAsync(request with { OrganizationId = target }, ct);
    }

    public async Task<Page<PortalLinkResponse>> ListAsync(PortalLinkQuery query, PageRequest page, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, PortalLink.Page(query.OrganizationId, page.Start, page.Take));
        return page.Of(await PortalLink.ReadAsync(rows, ct), PortalLinkResponse.Of, link => link.Id);
    }

    /// <summary>The newest first, with names.</summary>
    public async Task<Page<ListedPortalLink>> ListNewestAsync(PortalLinkQuery query, PageRequest page, CancellationToken ct)
    {
        List<PortalLink> links;
        await using (var rows = await db.ReadAsync(ct, PortalLink.Newest(query.OrganizationId, page.After, page.Take)))
            links = await PortalLink.ReadAsync(rows, ct);
        var keys = await db.ReadKeysAsync(links.Select(link => link.CreatedBy), ct);
        return page.Of(links, link => ListedPortalLink.Of(link, keys.GetValueOrDefault(link.CreatedBy), transaction.Now), link => link.Id);
    }

    /// <summary>Takes a use of a link, as the link itself; <c>null</c>: it opens nothing (any more).</summary>
    public async Task<PortalLink?> UseAsync(byte[] hash, CancellationToken ct)
    {
        List<PortalLink> used;
        await using (var rows = await db.ReadAsync(ct, PortalLink.Use(hash, transaction.Now)))
            used = await PortalLink.ReadAsync(rows, ct);
        if (used is not [var link])
            return null;
        var shown = PortalLinkResponse.Of(link);
        transaction.Record(AuditAction.PortalLinkOpened, Target, link.Id, link.Organization, null, shown, link.Connection);
        return link;
    }

    /// <summary>Revokes a link, and ends its sessions at their next request.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task RevokeAsync(Guid id, CancellationToken ct)
    {
        List<PortalLink> revoked;
        await using (var rows = await db.ReadAsync(ct, PortalLink.Revoke(id, transaction.Now)))
            revoked = await PortalLink.ReadAsync(rows, ct);
        if (revoked is not [var link])
            throw ProblemException.NotFound($"There is no portal link {id}.");
        // It was revoked before.
        if (link.RevokedAt != transaction.Now)
            return;
        transaction.Record(
            AuditAction.PortalLinkRevoked,
            Target,
            id,
            link.Organization,
            null,
            PortalLinkResponse.Of(link),
            link.Connection
        );
    }
}
