using ScimProvisioning.Api;
using ScimProvisioning.Directory.Groups;
using ScimProvisioning.Directory.Plans;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Portal;

/// <summary>A page that sets rules: what they would do is shown as a plan first, and saved there.</summary>
public abstract class RulesPage : ConnectionPage
{
    const int GroupsAtOnce = 20;

    /// <summary>Where the set up goes on; <c>null</c>: it is done.</summary>
    private protected string? NextStep => Shown.State is ConnectionState.Pending ? Here("/setup") : null;

    /// <summary>The rules of the plan that is gone back from, to change them; <c>null</c>: those that are set are shown.</summary>
    private protected async Task<PlanRequest?> PlannedAsync() =>
        Guid.TryParse(Http.Request.Query["plan"], out var plan)
            ? await ReadAsync((PlanUseCases plans) => plans.GetRequestAsync(Connection, plan, Ct))
            : null;

    /// <summary>A part of the received groups: of the form that was sent, the one that it asks for.</summary>
    /// <param name="text">What their names begin with; <c>null</c>: all.</param>
    private protected async Task<Page<ReceivedGroupResponse>> GroupsAsync(string form, string? text)
    {
        var after = IsPosted(form) && Guid.TryParse(Posted("after"), out var last) ? last : (Guid?)null;
        var query = new ReceivedGroupQuery { Q = text };
        await Http.RequestServices.ValidateAsync(query, Ct);
        return await ReadAsync(
            (ReceivedGroupUseCases groups) => groups.ListAsync(Connection, query, new() { Limit = GroupsAtOnce, After = after }, Ct)
        );
    }

    /// <summary>Computes what the rules would do, and shows that.</summary>
    /// <param name="page">Where it was asked for, and is gone back to.</param>
    private protected async Task PlanAsync(PlanRequest request, string page)
    {
        Guid plan = default;
        if (await ChangeAsync(request, async (PlanUseCases plans) => plan = (await plans.CreateAsync(Connection, request, Ct)).Id))
            Go($"/connections/{Connection}/plans/{plan}?for={page}");
    }
}
