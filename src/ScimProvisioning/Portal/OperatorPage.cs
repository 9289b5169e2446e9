using ScimProvisioning.Api;

namespace ScimProvisioning.Portal;

/// <summary>A page that customers do not find.</summary>
public abstract class OperatorPage : OrganizationChoicePage
{
    /// <inheritdoc/>
    protected sealed override async Task LoadAsync()
    {
        if (Session is not { IsOperator: true })
            throw ProblemException.NotFound(T["error.missing"]);
        await LoadForOperatorAsync();
    }

    /// <summary>Reads what the page shows.</summary>
    protected virtual Task LoadForOperatorAsync() => Task.CompletedTask;
}
