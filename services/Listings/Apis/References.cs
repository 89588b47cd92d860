using System.ComponentModel.DataAnnotations;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EmptyNumber.Listings.Apis;

/// <summary>
/// Rows that refer to rows: the database alone knows at the moment of writing what is there, so nothing is looked up before, and
/// its refusal becomes the answer.
/// </summary>
internal static class References
{
    /// <summary>What is said of an id that nothing has.</summary>
    public const string Missing = "There is none with this id.";

    /// <summary>The fields that refer to something, by the constraint that guards them.</summary>
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["fk_houses_house_types_type_id"] = "typeid",
        ["fk_houses_districts_district_id"] = "distid",
        ["fk_houses_estates_estate_id"] = "estateid",
        ["fk_houses_agents_agent_id"] = "agentid",
        ["fk_house_tags_tags_tag_id"] = "tags",
        ["fk_estates_districts_district_id"] = "distid",
        ["fk_agent_estates_agents_agent_id"] = "agents",
        ["fk_agent_estates_estates_estate_id"] = "estates",
    };

    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Met();
        }
        catch (Exception e) when (e.Chain().OfType<PostgresException>().FirstOrDefault() is { } refusal && Explain(refusal, context.HttpContext.Request.Method) is { } error)
        {
            return error;
        }
    }

    private static ApiError? Explain(PostgresException refusal, string method) => refusal.SqlState switch
    {
        PostgresErrorCodes.ForeignKeyViolation when HttpMethods.IsDelete(method) => ApiError.Conflict($"It is still referred to by {refusal.TableName}."),
        PostgresErrorCodes.ForeignKeyViolation when Fields.TryGetValue(refusal.ConstraintName ?? "", out var field) => Validation.Refuse(field, Missing),
        PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.DeadlockDetected => Met(),
        _ => null,
    };

    private static ApiError Met() => ApiError.Conflict("It was changed by somebody else at the same time; try again.");
}

/// <summary>Ids of rows, which are 1 or more.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdsAttribute() : ValidationAttribute(References.Missing)
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is not IEnumerable<int> ids || ids.All(id => id > 0);
}
